"""Property filters, property groups and breakdowns: how a document narrows and splits events."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag
from pydantic_core import PydanticCustomError

from saved_metrics.documents.base import Document, OneOf

Operator = Literal[
    "exact", "is_not", "icontains", "not_icontains", "regex", "not_regex",
    "gt", "gte", "lt", "lte", "is_set", "is_not_set",
    "is_date_exact", "is_date_before", "is_date_after", "between", "not_between",
    "min", "max", "in", "not_in", "is_cleaned_path_exact", "flag_evaluates_to",
    "semver_eq", "semver_neq", "semver_gt", "semver_gte", "semver_lt", "semver_lte",
    "semver_tilde", "semver_caret", "semver_wildcard",
]  # fmt: skip

BreakdownType = Literal[
    "person", "event", "event_metadata", "group", "session", "hogql", "cohort",
    "revenue_analytics", "data_warehouse", "data_warehouse_person_property",
]  # fmt: skip

SCALARS = (str, int, float, bool)


def _checked_value(value: object) -> object:
    members = value if isinstance(value, list) else [value]
    if value is None or all(isinstance(member, SCALARS) for member in members):
        return value
    # A union of types would report one error for each of its members.
    raise PydanticCustomError(
        "property_value", "Input should be a string, a number, a boolean or a list of these"
    )


FilterValue = Annotated[object, AfterValidator(_checked_value)]


class EmptyFilter(Document):
    """A filter that filters nothing."""

    # The type has been judged when the kind of filter was chosen by it.
    type: str | None = None


class LabelledFilter(EmptyFilter):
    """What every filter but the empty one may carry."""

    label: str | None = None


class EventFilter(LabelledFilter):
    """A filter on a property of the event."""

    key: str
    value: FilterValue = None
    operator: Operator | None = "exact"


class KeyedFilter(EventFilter):
    """A filter that has to name its operator."""

    operator: Operator


class ElementFilter(KeyedFilter):
    """A filter on the clicked element."""

    key: Literal["tag_name", "text", "href", "selector"]


class GroupFilter(KeyedFilter):
    """A filter on a property of a group."""

    group_type_index: int | None = None


class CohortFilter(LabelledFilter):
    """A filter on the membership in a cohort."""

    key: Literal["id"] = "id"
    value: int
    operator: Operator | None = "in"
    cohort_name: str | None = None


class FlagFilter(LabelledFilter):
    """A filter on what a feature flag evaluates to."""

    key: str
    value: bool | str
    operator: Literal["flag_evaluates_to"] = "flag_evaluates_to"


class ExpressionFilter(LabelledFilter):
    """A filter whose key is an expression of the query language."""

    key: str
    value: FilterValue = None


KEYED_TYPES = (
    "person", "event_metadata", "session", "log_entry", "feature", "data_warehouse",
    "data_warehouse_person_property", "error_tracking_issue", "revenue_analytics", "recording",
    "log", "log_attribute", "log_resource_attribute",
)  # fmt: skip

PropertyFilter = Annotated[
    Document,
    OneOf(
        named_by="type",
        members={
            "event": EventFilter,
            **dict.fromkeys(KEYED_TYPES, KeyedFilter),
            "element": ElementFilter,
            "group": GroupFilter,
            "cohort": CohortFilter,
            "flag": FlagFilter,
            "hogql": ExpressionFilter,
            "empty": EmptyFilter,
        },
        default="event",
    ),
]


def _filter_or_group(value: object) -> str:
    return "group" if isinstance(value, dict) and "values" in value else "filter"


def _list_or_group(value: object) -> str:
    return "group" if isinstance(value, dict) else "list"


class PropertyGroup(Document):
    """Filters and further groups joined by one logical operator."""

    type: Literal["AND", "OR"]
    values: list[
        Annotated[
            Annotated["PropertyGroup", Tag("group")] | Annotated[PropertyFilter, Tag("filter")],
            Discriminator(_filter_or_group),
        ]
    ]


PropertyListOrGroup = Annotated[
    Annotated[list[PropertyFilter], Tag("list")] | Annotated[PropertyGroup, Tag("group")],
    Discriminator(_list_or_group),
]


class Breakdown(Document):
    """One property by which results are split."""

    property: str | int
    type: BreakdownType | None = None
    normalize_url: bool | None = None
    group_type_index: int | None = None
    histogram_bin_count: int | None = None


class BreakdownFilter(Document):
    """How results are split: by up to three properties."""

    breakdown_type: BreakdownType | None = "event"
    breakdown_limit: int | None = None
    breakdown: str | int | list[str | int] | None = None
    breakdown_normalize_url: bool | None = None
    breakdown_path_cleaning: bool | None = None
    breakdowns: Annotated[list[Breakdown], Field(max_length=3)] | None = None
    breakdown_group_type_index: int | None = None
    breakdown_histogram_bin_count: int | None = None
    breakdown_hide_other_aggregation: bool | None = None
