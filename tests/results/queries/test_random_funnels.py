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
    with connections[facts_alias()].cursor() as cursor:
        for person, facts in enumerate(histories):
            for event, (source, ts) in enumerate(facts):
                row = [source, person, ts, person * 100 + event, ARM]
                cursor.execute("INSERT INTO events_fact VALUES (%s, %s, %s, %s, %s)", row)
        exposures = Exposures(source=EXPOSED, start=0, end=END, arms=(ARM,))
        asked = Funnel(exposures, STEPS, WINDOW, is_ordered=plain is ordered)
        cursor.execute(funnel(asked).text)
        [(_, people, *counts)] = cursor.fetchall()

    reached = [step for step in map(plain, histories) if step is not None]
    assert people == len(reached)
    assert counts == [sum(step >= wanted for step in reached) for wanted in (1, 2, 3)]
