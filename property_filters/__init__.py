"""Property filters, compiled to predicates over a mapping of properties; pure, without Django."""

from property_filters.compilation import (
    WITH_ONE_VALUE,
    Predicate,
    compile_filter,
    compile_filters,
)
from property_filters.errors import NotComparable, UnreadableFilter

__all__ = [
    "WITH_ONE_VALUE",
    "NotComparable",
    "Predicate",
    "UnreadableFilter",
    "compile_filter",
    "compile_filters",
]
