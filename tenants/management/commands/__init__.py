"""Commands that scripts call; each prints just its result."""
