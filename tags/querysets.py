"""Query expressions for a column of tags."""

import json
from collections.abc import Sequence

from django.db.models import CharField, F, Value

from core.db.conditions import Condition
from core.db.folding import fold


class HasAnyTag(Condition):
    """Whether one of the tags of a row is one of these."""

    in_sqlite = """EXISTS (
        SELECT 1 FROM json_each({0}) AS tag
        WHERE tag.value IN (SELECT value FROM json_each({1}))
    )"""
    in_postgresql = "jsonb_exists_any({0}, ARRAY(SELECT jsonb_array_elements_text({1}::jsonb)))"

    def __init__(self, tags: Sequence[str]) -> None:
        super().__init__(F("tags"), Value(json.dumps(tags), CharField()))


class HasTagLike(Condition):
    """Whether one of the tags of a row has the text in it, whatever the case of both."""

    in_sqlite = """EXISTS (
        SELECT 1 FROM json_each({0}) AS tag WHERE INSTR(FOLD(tag.value), {1}) > 0
    )"""
    in_postgresql = """EXISTS (
        SELECT 1 FROM jsonb_array_elements_text({0}) AS tag
        WHERE STRPOS(UPPER(LOWER(tag COLLATE "und-x-icu")), {1}::text) > 0
    )"""

    def __init__(self, text: str) -> None:
        super().__init__(F("tags"), Value(fold(text), CharField()))
