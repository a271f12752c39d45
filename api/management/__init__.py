"""Commands around change requests."""
