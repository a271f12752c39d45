"""Computes the same result over and over, from facts that follow the events."""

import time

from events.facts import (
    Matcher,
    SourceDefinition,
    Value,
    ValueKind,
    facts_engine,
)
from events.numbers import stable_number
from results.queries import Aggregate, Column, Exposures, Mean, mean
from results.services.execution import run
from tenants.models import Project

_EXPOSURES = SourceDefinition(
    (Matcher("$feature_flag_called"),), Value(ValueKind.TEXT, "$feature_flag_response")
)
_PURCHASES = SourceDefinition((Matcher("purchase"),), Value(ValueKind.NUMBER, "amount"))
_ARMS = (stable_number("a"), stable_number("b"))


def main(seconds: str) -> dict[str, int]:
    """Compute for so many seconds and return how many results that were."""
    project = Project.objects.get().pk
    count, end = 0, time.monotonic() + float(seconds)
    while time.monotonic() < end:
        facts = facts_engine().ready(project, [_EXPOSURES, _PURCHASES])
        exposed, bought = facts.ids
        now = time.time_ns() // 1000
        exposures = Exposures(source=exposed, start=0, end=now, arms=_ARMS)
        run(mean(Mean(exposures, Column(bought, Aggregate.SUM))), facts)
        count += 1
    return {"results": count}
