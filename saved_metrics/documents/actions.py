"""The actions a metric document refers to, and their current names."""

from collections.abc import Iterator, Mapping
from typing import TypeGuard

from pydantic import TypeAdapter, ValidationError

from saved_metrics.documents.base import JSONObject, RowId
from saved_metrics.documents.nodes import source_kind

NODE_FIELDS = (
    "source",
    "series",
    "numerator",
    "denominator",
    "start_event",
    "completion_event",
)
# The insight queries inside legacy metrics, and what tells who is exposed.
QUERY_FIELDS = ("count_query", "exposure_query", "funnels_query")
EXPOSURE_FIELDS = ("exposure_config", "activation_config")

row_id: TypeAdapter[int] = TypeAdapter(RowId)


def action_nodes(*, document: Mapping[str, object]) -> Iterator[JSONObject]:
    """Iterate over the nodes of the document that stand for an action."""
    for field in NODE_FIELDS:
        if field in document:
            value = document[field]
            yield from filter(_is_action, value if isinstance(value, list) else [value])
    for field in QUERY_FIELDS:
        query = document.get(field)
        if isinstance(query, dict):
            yield from action_nodes(document=query)


def exposure_action_ids(*, criteria: object) -> list[int]:
    """List the ids of the actions by which exposure criteria tell who is exposed."""
    if not isinstance(criteria, dict):
        return []
    nodes = [criteria.get(field) for field in EXPOSURE_FIELDS]
    return action_ids(document={"series": nodes})


def insight_action_ids(*, filters: object) -> list[int]:
    """List the ids of the actions in the filters of an insight, the oldest form of a metric."""
    actions = filters.get("actions") if isinstance(filters, dict) else None
    if not isinstance(actions, list):
        return []
    ids = (_action_id(node) for node in actions if isinstance(node, dict))
    return [action_id for action_id in ids if action_id is not None]


def shared_metric_ids(*, document: Mapping[str, object]) -> list[int]:
    """List the id of the saved metric that an inline metric says it is, if it says so."""
    found = _row_id(document.get("sharedMetricId"))
    return [] if found is None else [found]


def action_ids(*, document: Mapping[str, object]) -> list[int]:
    """List the ids of the actions in the document, each once, in order of appearance."""
    ids = (_action_id(node) for node in action_nodes(document=document))
    return list(dict.fromkeys(action_id for action_id in ids if action_id is not None))


def with_action_names(*, document: Mapping[str, object], names: Mapping[int, str]) -> JSONObject:
    """Copy the document with the given names at its actions; the others keep their stored name."""
    return {
        field: _renamed_nodes(value, names) if field in NODE_FIELDS else value
        for field, value in document.items()
    }


def _renamed_nodes(value: object, names: Mapping[int, str]) -> object:
    if isinstance(value, list):
        return [_renamed(node, names) for node in value]
    return _renamed(value, names)


def _renamed(node: object, names: Mapping[int, str]) -> object:
    if not _is_action(node):
        return node
    name = names.get(action_id) if (action_id := _action_id(node)) is not None else None
    return node if name is None else {**node, "name": name}


def _is_action(node: object) -> TypeGuard[JSONObject]:
    return source_kind.member_name(node) == "ActionsNode"


def _action_id(node: JSONObject) -> int | None:
    return _row_id(node.get("id"))


def _row_id(value: object) -> int | None:
    # An id is whatever the structural check takes for one, so that none goes unnoticed.
    try:
        return row_id.validate_python(value)
    except ValidationError:
        return None
