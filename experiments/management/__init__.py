"""Commands around experiments."""
