"""Commands around projects and organizations."""
