"""Commands around results."""
