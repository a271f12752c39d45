"""Commands around scheduled changes."""
