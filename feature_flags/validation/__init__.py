"""Validation of flags that needs no other row."""

from feature_flags.validation.errors import InvalidFilters
from feature_flags.validation.freeze import check_no_new_freeze
from feature_flags.validation.keys import MAX_KEY_LENGTH, check_key
from feature_flags.validation.properties import check_patterns
from feature_flags.validation.related_fields import RELATED_FIELDS, check_related_fields
from feature_flags.validation.structure import MAX_FILTERS_BYTES, check_filters

__all__ = [
    "MAX_FILTERS_BYTES",
    "MAX_KEY_LENGTH",
    "RELATED_FIELDS",
    "InvalidFilters",
    "check_filters",
    "check_key",
    "check_no_new_freeze",
    "check_patterns",
    "check_related_fields",
]
