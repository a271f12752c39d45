"""Commands that a schedule calls."""
