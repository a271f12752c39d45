"""What a database can tell of metric documents and tags."""

from django.db.models import CharField, F, Value

from core.db.conditions import Condition
from core.db.folding import fold


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


class HasTagLike(Condition):
    """Whether one of the tags in a column has the text in it, whatever the case of both."""

    in_sqlite = """EXISTS (
        SELECT 1 FROM json_each({0}) AS tag WHERE INSTR(FOLD(tag.value), {1}) > 0
    )"""
    in_postgresql = """EXISTS (
        SELECT 1 FROM jsonb_array_elements_text({0}) AS tag
        WHERE STRPOS(UPPER(LOWER(tag COLLATE "und-x-icu")), {1}::text) > 0
    )"""

    def __init__(self, column: str, text: str) -> None:
        super().__init__(F(column), Value(fold(text), CharField()))
