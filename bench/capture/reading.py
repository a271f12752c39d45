"""Computes the same result over and over, from facts that follow the events."""

import time

from django.db import connections

from events.facts import (
    Matcher,
    SourceDefinition,
    Value,
    ValueKind,
    catch_up,
    facts_alias,
    get_or_create_sources,
)
from tenants.models import Project

_EXPOSURES = SourceDefinition(
    (Matcher("$feature_flag_called"),), Value(ValueKind.TEXT, "$feature_flag_response")
)
_PURCHASES = SourceDefinition((Matcher("purchase"),), Value(ValueKind.NUMBER, "amount"))
_MEAN = """
WITH exposed AS (
  SELECT person, MIN(ts) AS first_ts, MIN(value) AS arm FROM events_fact WHERE source = {exposure}
  GROUP BY person),
users AS (
  SELECT x.person, x.arm, COALESCE(SUM(f.value), 0) AS v FROM exposed x
  LEFT JOIN events_fact f ON f.source = {purchase} AND f.person = x.person AND f.ts >= x.first_ts
  GROUP BY x.person, x.arm)
SELECT arm, COUNT(*), SUM(v), SUM(v * v) FROM users GROUP BY arm
"""


def main(seconds: str) -> dict[str, int]:
    """Compute for so many seconds and return how many results that were."""
    project = Project.objects.get().pk
    sources = get_or_create_sources(project, [_EXPOSURES, _PURCHASES])
    count, end = 0, time.monotonic() + float(seconds)
    while time.monotonic() < end:
        catch_up(project, sources)
        with connections[facts_alias()].cursor() as cursor:
            cursor.execute(_MEAN.format(exposure=sources[0], purchase=sources[1]))
            cursor.fetchall()
        count += 1
    return {"results": count}
