"""Funnels on random histories reach the steps that the plain definition reaches."""

from random import Random

import pytest
from django.db import connections

from events.facts import facts_alias
from results.queries import Exposures, Funnel, funnel

EXPOSED, FIRST, SECOND, THIRD = range(9_101, 9_105)
STEPS = (FIRST, SECOND, THIRD)
WINDOW, END = 40, 100
ARM = 7
PEOPLE = 300


def history(random):
    """Return the facts of a person at distinct times: (source, ts), an exposure among them."""
    times = random.sample(range(1, END), random.randint(2, 12))
    return [(random.choice((EXPOSED, EXPOSED, *STEPS)), ts) for ts in sorted(times)]


def ordered(facts):
    """Return the furthest step: a later exposure replaces the beginning of the chain."""
    chains = {}
    for source, ts in facts:
        if source == EXPOSED:
            chains[0] = ts
            continue
        step = STEPS.index(source) + 1
        began = chains.get(step - 1)
        if began is not None and ts - began <= WINDOW:
            chains[step] = began
    return max((step for step in chains), default=None)


def run(histories, **changed):
    """Return the counts of a funnel over these facts: (source, ts) or (source, ts, event)."""
    with connections[facts_alias()].cursor() as cursor:
        cursor.execute("DELETE FROM events_fact WHERE source IN (9101, 9102, 9103, 9104)")
        for person, facts in enumerate(histories):
            for place, (source, ts, *event) in enumerate(facts):
                row = [source, person, ts, person * 100 + (event or [place])[0], ARM]
                cursor.execute("INSERT INTO events_fact VALUES (%s, %s, %s, %s, %s)", row)
        exposures = Exposures(source=EXPOSED, start=0, end=END, arms=(ARM,))
        cursor.execute(funnel(Funnel(exposures, STEPS, WINDOW, **changed)).text)
        [(_, people, *counts)] = cursor.fetchall()
    return people, counts


def unordered(facts):
    """Return the largest number of steps held within one window, the exposure not counted."""
    first = min((ts for source, ts in facts if source == EXPOSED), default=None)
    if first is None:
        return None
    seen = [(source, ts) for source, ts in facts if ts >= first]
    return max(
        len({source for source, ts in seen if now - WINDOW <= ts <= now}) - 1 for _, now in seen
    )


@pytest.mark.parametrize("plain", [ordered, unordered])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_funnel__random_histories__as_the_plain_definition(db, plain, seed):
    random = Random(seed)  # noqa: S311 - nothing secret
    histories = [history(random) for _ in range(PEOPLE)]
    people, counts = run(histories, is_ordered=plain is ordered)

    reached = [step for step in map(plain, histories) if step is not None]
    assert people == len(reached)
    assert counts == [sum(step >= wanted for step in reached) for wanted in (1, 2, 3)]


@pytest.mark.parametrize("seed", [4, 5, 6])
def test_funnel__events_at_the_same_time__scanned_as_looked_up(db, seed):
    random = Random(seed)  # noqa: S311 - nothing secret
    # Few moments, and events that are both an exposure and a step.
    histories = [
        sorted(
            {
                (source, ts, place)
                for place in range(random.randint(2, 9))
                for ts in [random.randint(1, 6) * 15]
                for source in random.choice([(EXPOSED,), (FIRST,), (SECOND,), (EXPOSED, FIRST)])
            }
        )
        for _ in range(PEOPLE)
    ]

    assert run(histories, is_indexed=False) == run(histories)


def chained(facts):
    """Return the furthest step, where an event at the same moment follows any other but itself."""
    reached = {(ts, event, ts) for source, ts, event in facts if source == EXPOSED}
    if not reached:
        return None
    for step, wanted in enumerate(STEPS):
        reached = {
            (ts, event, began)
            for source, ts, event in facts
            for at, last, began in reached
            if source == wanted and at <= ts and last != event and ts - began <= WINDOW
        }
        if not reached:
            return step
    return len(STEPS)


@pytest.mark.parametrize("is_indexed", [True, False])
@pytest.mark.parametrize("seed", [7, 8])
def test_funnel__shared_events_at_the_same_moment__in_any_order(db, seed, is_indexed):
    random = Random(seed)  # noqa: S311 - nothing secret
    kinds = [(EXPOSED,), (FIRST,), (SECOND,), (THIRD,), (FIRST, SECOND), (SECOND, THIRD)]
    histories = [
        sorted(
            (source, ts, place)
            for place in range(random.randint(2, 9))
            for ts in [random.randint(1, 4) * 15]
            for source in random.choice(kinds)
        )
        for _ in range(PEOPLE)
    ]

    people, counts = run(histories, has_shared_events=True, is_indexed=is_indexed)

    furthest = [step for step in map(chained, histories) if step is not None]
    assert people == len(furthest)
    assert counts == [sum(step >= place for step in furthest) for place in (1, 2, 3)]
