"""Source nodes: the events, actions and warehouse rows that a metric counts."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from saved_metrics.documents.base import Document, OneOf, QueryNode, RowId
from saved_metrics.documents.properties import PropertyFilter

Math = Literal[
    "total", "sum", "avg", "min", "max", "unique_session", "dau", "unique_group", "hogql",
    "weekly_active", "monthly_active", "first_time_for_user", "first_matching_event_for_user",
    "first_time_for_user_with_filters", "median", "p75", "p90", "p95", "p99",
    "avg_count_per_actor", "min_count_per_actor", "max_count_per_actor",
    "median_count_per_actor", "p75_count_per_actor", "p90_count_per_actor",
    "p95_count_per_actor", "p99_count_per_actor",
]  # fmt: skip


class RevenueCurrency(Document):
    """The currency of a summed property: read from another property, or fixed."""

    property: str | None = None
    static: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = None


class SourceFields(QueryNode):
    """What every source node may carry: a name, a mathematical operation and filters."""

    name: str | None = None
    custom_name: str | None = None
    math: Math | None = None
    math_property: str | None = None
    math_property_type: str | None = None
    math_hogql: str | None = None
    math_multiplier: float | None = None
    math_group_type_index: Annotated[int, Field(ge=0, le=4)] | None = None
    math_property_revenue_currency: RevenueCurrency | None = None
    properties: list[PropertyFilter] | None = None
    fixedProperties: list[PropertyFilter] | None = None
    optionalInFunnel: bool | None = None


class EventsNode(SourceFields):
    """Events of one name, or all events when the name is null."""

    kind: Literal["EventsNode"] = "EventsNode"
    event: str | None = None
    limit: int | None = None
    orderBy: list[str] | None = None


class ActionsNode(SourceFields):
    """Events that match a stored action."""

    kind: Literal["ActionsNode"] = "ActionsNode"
    id: RowId


class ExperimentDataWarehouseNode(SourceFields):
    """Rows of a warehouse table, joined to events."""

    kind: Literal["ExperimentDataWarehouseNode"] = "ExperimentDataWarehouseNode"
    table_name: str
    timestamp_field: str
    events_join_key: str
    data_warehouse_join_key: str


class DataWarehouseNode(SourceFields):
    """Rows of a warehouse table, as the legacy queries name them."""

    kind: Literal["DataWarehouseNode"] = "DataWarehouseNode"
    id: str
    id_field: str
    table_name: str
    timestamp_field: str
    distinct_id_field: str
    dw_source_type: str | None = None


class ExperimentExposureNode(QueryNode):
    """The moment at which somebody was exposed to the experiment."""

    kind: Literal["ExperimentExposureNode"] = "ExperimentExposureNode"


SOURCES: dict[str, type[Document]] = {
    "EventsNode": EventsNode,
    "ActionsNode": ActionsNode,
    "ExperimentDataWarehouseNode": ExperimentDataWarehouseNode,
}
# Older clients leave the kind out; these keys tell which node they mean.
source_kind = OneOf(
    named_by="kind",
    members=SOURCES,
    default="EventsNode",
    telling={"table_name": "ExperimentDataWarehouseNode", "id": "ActionsNode"},
)
start_kind = OneOf(
    named_by="kind",
    members={**SOURCES, "ExperimentExposureNode": ExperimentExposureNode},
    default=source_kind.default,
    telling=source_kind.telling,
)
legacy_kind = OneOf(
    named_by="kind",
    members={
        "EventsNode": EventsNode,
        "ActionsNode": ActionsNode,
        "DataWarehouseNode": DataWarehouseNode,
    },
    default="EventsNode",
    telling={"table_name": "DataWarehouseNode", "id": "ActionsNode"},
)


def node_kind(node: Mapping[str, object]) -> str | None:
    """Return the kind of a source node, which older clients leave out."""
    return source_kind.member_name(node)


Source = Annotated[Document, source_kind]
RetentionStart = Annotated[Document, start_kind]
LegacySource = Annotated[Document, legacy_kind]
