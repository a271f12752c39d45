"""The small data set in random order, of people with two devices who log in at any moment."""

import random
from uuid import UUID

import pytest

from tests.results.conftest import AMOUNT, WEEK, metric, moment, purchases, wire_event
from tests.results.mini_data import EVENTS

RETENTION = {
    "start_event": {"event": "signup"},
    "completion_event": {"event": "login"},
    "retention_window_start": 1,
    "retention_window_end": 7,
    "retention_window_unit": "day",
    "start_handling": "first_seen",
}
STEPS = [{"event": "signup"}, {"event": "purchase"}]
# Metric, members of the result, and their values for control and test.
EXPECTED = [
    (metric(source=purchases(**AMOUNT)), ("sum", "sum_squares"), (130, 7508), (120, 7250)),
    (metric(source=purchases(**AMOUNT), **WEEK), ("sum", "sum_squares"), (84, 3810), (107, 6769)),
    (metric(source=purchases("total")), ("sum", "sum_squares"), (8, 22), (5, 9)),
    (metric(source=purchases("unique_session"), **WEEK), ("sum", "sum_squares"), (5, 7), (4, 6)),
    (metric(source=purchases("dau"), **WEEK), ("number_of_samples", "sum"), (5, 4), (4, 3)),
    (
        metric("ratio", numerator=purchases(**AMOUNT), denominator=purchases("total")),
        ("denominator_sum", "numerator_denominator_sum_product"),
        (8, 382),
        (5, 225),
    ),
    (metric("retention", **RETENTION), ("number_of_samples", "sum"), (2, 1), (3, 1)),
    (
        metric("funnel", series=STEPS, **WEEK),
        ("number_of_samples", "step_counts"),
        (5, [2, 2]),
        (4, [3, 2]),
    ),
]


def arrivals(chance):
    """Return all events with their uuids, each on one of two devices, and the logins, shuffled."""
    found = []
    for seen in EVENTS:
        event = wire_event(seen) | {"uuid": str(UUID(int=chance.getrandbits(128), version=4))}
        if chance.random() < 0.5:
            event["distinct_id"] += "-device"
        found.append(event)
    for person in {seen.person for seen in EVENTS}:
        properties = {"$anon_distinct_id": f"{person}-device"}
        login = {"event": "$identify", "distinct_id": person, "timestamp": moment(20_000)}
        found.append(login | {"properties": properties})
    chance.shuffle(found)
    return found


@pytest.mark.parametrize("seed", range(6))
def test_results__any_order_of_events_and_logins__same_numbers(ask, unvisited, capture, seed):
    chance = random.Random(seed)  # noqa: S311
    pending = arrivals(chance)
    while pending:
        size = chance.randint(1, 8)
        batch, pending = pending[:size], pending[size:]
        capture(batch)
        if chance.random() < 0.3:
            # The SDK has lost the answer.
            capture(batch)
        if chance.random() < 0.4:
            # Facts are brought up to an event in between.
            ask(unvisited, chance.choice(EXPECTED)[0])

    for document, members, control, test in EXPECTED:
        answer = ask(unvisited, document)
        [variant] = answer["variant_results"]
        assert tuple(answer["baseline"][name] for name in members) == control, document
        assert tuple(variant[name] for name in members) == test, document
