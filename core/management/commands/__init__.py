"""Commands that keep the server going."""
