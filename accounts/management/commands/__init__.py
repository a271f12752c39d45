"""Commands about other people's keys; each prints just its result."""
