"""Query expressions for metric documents and tags."""

import json
from collections.abc import Collection, Iterable

from django.db.models import CharField, F, Q, Value

from core.db.conditions import Condition


class NamesEvent(Condition):
    """Whether a metric document, or one of a list of them, names this event anywhere in it."""

    in_sqlite = """EXISTS (
        SELECT 1 FROM json_tree({0}) AS node
        WHERE node.key = 'event' AND node.type = 'text' AND node.atom = {1}
    )"""
    in_postgresql = (
        "COALESCE(jsonb_path_exists({0}, '$.**.event ? (@ == $event)', "
        "jsonb_build_object('event', {1}::text)), FALSE)"
    )

    def __init__(self, column: str, event: str) -> None:
        super().__init__(F(column), Value(event, CharField()))


class NamesAction(Condition):
    """Whether a metric document, or one of a list of them, is about one of these actions."""

    in_sqlite = """EXISTS (
        SELECT 1 FROM json_tree({0}) AS node
        WHERE node.type = 'object' AND json_extract(node.value, '$.kind') = 'ActionsNode'
        AND CAST(json_extract(node.value, '$.id') AS TEXT) IN (SELECT value FROM json_each({1}))
    )"""
    in_postgresql = """EXISTS (
        SELECT 1 FROM jsonb_path_query({0}, '$.** ? (@.kind == "ActionsNode").id') AS named
        WHERE named #>> ARRAY[]::text[] IN (SELECT jsonb_array_elements_text({1}::jsonb))
    )"""

    def __init__(self, column: str, ids: Iterable[int]) -> None:
        super().__init__(F(column), Value(json.dumps([str(each) for each in ids]), CharField()))


def is_about(column: str, event: str, *, actions: Collection[int]) -> Q:
    """Return the condition that metrics name the event, or one of the actions that match it."""
    named = Q(NamesEvent(column, event))
    return named | Q(NamesAction(column, actions)) if actions else named
