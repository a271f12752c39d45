"""Errors of filters."""

from core.exceptions import RuleBroken


class InvalidFilters(RuleBroken):
    """Raised for a filters document that no flag may have."""

    default_detail = "These filters are not valid."
    default_attr = "filters"
