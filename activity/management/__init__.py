"""Commands around the history."""
