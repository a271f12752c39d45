"""Commands around projects and their people."""
