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

row_id: TypeAdapter[int] = TypeAdapter(RowId)


def action_nodes(*, document: Mapping[str, object]) -> Iterator[JSONObject]:
    """Iterate over the nodes of the document that stand for an action."""
    for field in NODE_FIELDS:
        if field in document:
            value = document[field]
            yield from filter(_is_action, value if isinstance(value, list) else [value])


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
    # An id is whatever the structural check takes for one, so that no action goes unnoticed.
    try:
        return row_id.validate_python(node.get("id"))
    except ValidationError:
        return None
