"""What a database can tell of a flag's documents, each database in its own words."""

import json
from collections.abc import Sequence

from django.db.models import CharField, F, Value

from core.db.conditions import Condition


class IsRolledOut(Condition):
    """Whether everyone is served one and the same thing: `filters.is_rolled_out` in SQL."""

    in_sqlite = """(
        EXISTS (
            SELECT 1 FROM json_each({0}, '$.groups') AS release
            WHERE release.type = 'object'
            AND COALESCE(json_extract({0}, release.fullkey || '.rollout_percentage'), 100) = 100
            AND COALESCE(json_array_length({0}, release.fullkey || '.properties'), 0) = 0
        )
        AND (
            COALESCE(json_array_length({0}, '$.multivariate.variants'), 0) = 0
            OR EXISTS (
                SELECT 1 FROM json_each({0}, '$.multivariate.variants') AS served
                WHERE json_extract({0}, served.fullkey || '.rollout_percentage') = 100
            )
        )
    )"""
    in_postgresql = """(
        jsonb_path_exists({0}, '$.groups[*] ? (
            (!exists(@.rollout_percentage)
                || @.rollout_percentage == null || @.rollout_percentage == 100)
            && (!exists(@.properties[*]) || @.properties == null)
        )')
        AND (
            NOT jsonb_path_exists({0}, '$.multivariate.variants[*]')
            OR jsonb_path_exists({0}, '$.multivariate.variants[*] ? (@.rollout_percentage == 100)')
        )
    )"""

    def __init__(self) -> None:
        super().__init__(F("filters"))


class HasAnyTag(Condition):
    """Whether one of a flag's tags is one of these."""

    in_sqlite = """EXISTS (
        SELECT 1 FROM json_each({0}) AS tag
        WHERE tag.value IN (SELECT value FROM json_each({1}))
    )"""
    in_postgresql = "jsonb_exists_any({0}, ARRAY(SELECT jsonb_array_elements_text({1}::jsonb)))"

    def __init__(self, tags: Sequence[str]) -> None:
        super().__init__(F("tags"), Value(json.dumps(tags), CharField()))
