"""Numbers as JSON has them."""

from math import isfinite


def finite(value: float | None) -> float | None:
    """Return the number, or None where JSON has none: for infinities, and what is no number."""
    return value if value is not None and isfinite(value) else None
