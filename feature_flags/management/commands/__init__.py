"""Commands that an operator calls."""
