"""Commands around events."""
