"""An experiment of a new project, some captured events, and the facts of many more."""

import random
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.db import connection, connections
from django.utils import timezone

from events.facts import facts_alias
from events.numbers import actor_number, event_key, stable_number
from events.services import capture
from events.wire import CapturedEvent
from experiments.models import Experiment
from experiments.services import create_experiment
from tenants.models import Membership
from tenants.selectors import TokenProject
from tenants.services import create_project, default_organization
from users.models import User

START = datetime(2026, 3, 1, tzinfo=UTC)
DAYS = 28
END = START + timedelta(days=DAYS)
PEOPLE_PER_EVENT = 0.2
_BATCH = 10_000
# A part of all events: half exposures, two fifths purchases, the others signups.
SHARES = {"exposure": 0.5, "purchase": 0.4, "signup": 0.1}

# Facts in the order of their key. Numbers are scattered by multiplication in a prime field: people
# as hashes are, times over the whole experiment.
_FACTS = """
INSERT INTO events_fact (source, person, ts, event, value)
WITH RECURSIVE n(i) AS (
  SELECT CAST(0 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {count}),
drawn AS (SELECT i, CASE WHEN {is_exposure} = 1 THEN i % {people}
  ELSE (i * 2654435 + 17) % 2147483647 % {people} END AS p FROM n)
SELECT {source}, (p + 1) * 2862933555 % 1000000007 * 4294967291 AS person,
  {start} + ((i + {seed}) * 48271 % 2147483647) * {step} AS ts, {seed} + i AS event, {value}
FROM drawn ORDER BY 2, 3, 4
"""


def experiment_of(name: str) -> Experiment:
    """Return an experiment of a new project, without metrics."""
    organization = default_organization()
    owner, _ = User.objects.get_or_create(email="bench@example.com")
    Membership.objects.get_or_create(
        organization=organization, user=owner, defaults={"level": Membership.Level.OWNER}
    )
    project = create_project(organization=organization, name=f"{name} {time.time_ns()}")
    values = {
        "name": "Bench",
        "feature_flag_key": "bench",
        "start_date": START,
        "end_date": END,
    }
    made = create_experiment(project=project, values=values, actor=owner, now=timezone.now())
    return Experiment.objects.select_related("project", "feature_flag").get(pk=made.pk)


def capture_events(experiment: Experiment, count: int) -> None:
    """Send so many events to the project of an experiment."""
    chance = random.Random(1)  # noqa: S311
    for first in range(0, count, _BATCH):
        batch = [_event(number, chance) for number in range(first, min(first + _BATCH, count))]
        capture(project=TokenProject(experiment.project_id, True), events=batch, now=START)


def _event(number: int, chance: random.Random) -> CapturedEvent:
    properties: dict[str, object] = {"amount": round(chance.expovariate(0.03), 2)}
    name = "purchase"
    if number % 2 == 0:
        name = "$feature_flag_called"
        properties = {"$feature_flag": "bench", "$feature_flag_response": "test"}
    distinct_id = f"p{number // 4}"
    moment = START + timedelta(seconds=chance.random() * DAYS * 86_400)
    return CapturedEvent(
        key=event_key(str(number), name, distinct_id),
        event=name,
        actor=actor_number(distinct_id),
        distinct_id=distinct_id,
        ts=int(moment.timestamp() * 1_000_000),
        properties=properties,
    )


def insert_facts(events: int, sources: Sequence[tuple[str, int]]) -> None:
    """Insert the facts that so many events have, for sources of these kinds with these ids."""
    people = max(int(events * PEOPLE_PER_EVENT), 1)
    control, test = stable_number("control"), stable_number("test")
    values = {
        "exposure": f"CASE WHEN p % 2 = 0 THEN {control} ELSE {test} END",
        "amount": "(i * 7919 % 9973) / 100.0",
    }
    with connections[facts_alias()].cursor() as cursor:
        for kind, source in sources:
            named = kind if kind in SHARES else "purchase"
            cursor.execute(
                _FACTS.format(
                    source=source,
                    count=int(events * SHARES[named]),
                    people=people,
                    is_exposure=int(named == "exposure"),
                    start=int(START.timestamp() * 1_000_000),
                    step=DAYS * 86_400 * 1_000_000 // 2**31,
                    seed=[*SHARES].index(named) * events + 1,
                    value=values.get(kind, "1"),
                )
            )
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM (ANALYZE) events_fact")
