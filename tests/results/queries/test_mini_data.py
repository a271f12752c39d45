"""Every query gives the numbers of the small data set, loaded as facts."""

from dataclasses import replace

import pytest
from django.db import connections

from events.facts import facts_alias
from events.numbers import actor_number, stable_number
from results.queries import (
    Aggregate,
    Calendar,
    Column,
    Exposures,
    Funnel,
    Mean,
    Outliers,
    Retention,
    daily_exposures,
    funnel,
    mean,
    means,
    retention,
    sums_at,
)
from tests.results.mini_data import END, EVENTS, START

EXPOSED, AMOUNT, SIGNUP, LOGIN, SESSION, PURCHASE = range(9_001, 9_007)
MINUTE = 60_000_000
DAY = 1440 * MINUTE
WEEK = 7 * DAY
ARMS = {name: stable_number(name) for name in ("control", "test")}
NAMES = {number: name for name, number in ARMS.items()} | {-1: "$multiple"}
UTC = Calendar(((0, 0),))


def facts_of():
    for event, seen in enumerate(EVENTS, 1):
        for source, value in values_of(seen):
            yield source, actor_number(seen.person), seen.minute * MINUTE, event, value


def values_of(seen):
    if seen.event == "exposure" and not seen.value.startswith("other"):
        return [(EXPOSED, stable_number(seen.value))]
    if seen.event == "purchase":
        session = stable_number(seen.session) if seen.session else None
        return [(AMOUNT, float(seen.value or 0)), (PURCHASE, 1), (SESSION, session)]
    return {"signup": [(SIGNUP, 1)], "login": [(LOGIN, 1)]}.get(seen.event, [])


@pytest.fixture(autouse=True)
def facts(db):
    with connections[facts_alias()].cursor() as cursor:
        for fact in facts_of():
            cursor.execute("INSERT INTO events_fact VALUES (%s, %s, %s, %s, %s)", fact)


def rows(query):
    with connections[facts_alias()].cursor() as cursor:
        cursor.execute(query.text)
        found = [dict(zip(query.columns, row, strict=True)) for row in cursor.fetchall()]
    return {NAMES[int(row.pop("arm"))]: row for row in found}


def exposures(**changed):
    known = {
        "source": EXPOSED,
        "start": START * MINUTE,
        "end": END * MINUTE,
        "arms": tuple(ARMS.values()),
    }
    return Exposures(**known | changed)


def sums(query):
    found = rows(query)
    return [tuple(float(value) for value in found[arm].values()) for arm in ("control", "test")]


def value_of(aggregate, source=AMOUNT, *, window=WEEK, **changed):
    asked = Mean(exposures(**changed), Column(source, aggregate), window=window)
    return sums(mean(asked))


def test_sum__no_window__whole_time():
    assert value_of(Aggregate.SUM, window=0) == [(5, 130, 7508), (4, 120, 7250)]


def test_sum__seven_days__first_exposure_anchors():
    assert value_of(Aggregate.SUM) == [(5, 84, 3810), (4, 107, 6769)]


def test_sum__first_variant_kept__everybody_in():
    expected = [(5, 84, 3810), (5, 1107, 1006769)]
    assert value_of(Aggregate.SUM, is_first_variant_kept=True) == expected


@pytest.mark.parametrize(
    ("aggregate", "source", "expected"),
    [
        (Aggregate.COUNT, PURCHASE, [(5, 7, 15), (4, 4, 6)]),
        (Aggregate.AVERAGE, AMOUNT, [(5, 40, 562), (4, 67, 1969)]),
        (Aggregate.LARGEST, AMOUNT, [(5, 54, 1110), (4, 67, 1969)]),
        (Aggregate.SMALLEST, AMOUNT, [(5, 26, 246), (4, 67, 1969)]),
        (Aggregate.DISTINCT, SESSION, [(5, 5, 7), (4, 4, 6)]),
        (Aggregate.ANY, PURCHASE, [(5, 4, 4), (4, 3, 3)]),
    ],
    ids=["count", "avg", "max", "min", "sessions", "dau"],
)
def test_aggregate__seven_days__its_sums(aggregate, source, expected):
    assert value_of(aggregate, source) == expected


def test_count__no_window__its_sums():
    assert value_of(Aggregate.COUNT, PURCHASE, window=0) == [(5, 8, 22), (4, 5, 9)]


def test_ratio__amount_by_purchases__five_sums():
    asked = Mean(exposures(), Column(AMOUNT, Aggregate.SUM), Column(PURCHASE, Aggregate.COUNT))
    assert sums(mean(asked)) == [(5, 130, 7508, 8, 22, 382), (4, 120, 7250, 5, 9, 225)]


def test_retention__first_week_by_days__starters_only():
    asked = Retention(
        exposures(), SIGNUP, LOGIN, since=DAY, until=7 * DAY, calendar=UTC, truncated_to=DAY
    )
    assert sums(retention(asked)) == [(2, 1), (3, 1)]


def test_funnel__ordered__steps_of_the_latest_chain():
    asked = Funnel(exposures(), (SIGNUP, PURCHASE), window=WEEK)
    assert sums(funnel(asked)) == [(5, 2, 2), (4, 3, 2)]


def test_exposures__by_day__each_once_at_their_first():
    query = daily_exposures(exposures(), UTC)
    with connections[facts_alias()].cursor() as cursor:
        cursor.execute(query.text)
        found = sorted((NAMES[int(arm)], int(day) // DAY, n) for arm, day, n in cursor.fetchall())
    assert found == [
        ("$multiple", 1, 1),
        ("control", 1, 3),
        ("control", 2, 1),
        ("control", 15, 1),
        ("test", 1, 1),
        ("test", 2, 1),
        ("test", 3, 1),
        ("test", 4, 1),
    ]


def test_covariate__two_days_before__events_before_the_exposure():
    asked = Mean(exposures(), Column(AMOUNT, Aggregate.SUM), window=WEEK, lookback=2 * DAY)
    [control, test] = sums(mean(asked))
    # c1 spent 99 before, t3 60: the values after the exposure stay what they are.
    assert control == (5, 84, 3810, 99, 99**2, 99 * 60)
    assert test == (4, 107, 6769, 60, 60**2, 60 * 15)


def test_matured__two_weeks_window__late_exposures_left_out():
    asked = Mean(
        exposures(mature_at=END * MINUTE - WEEK), Column(AMOUNT, Aggregate.SUM), window=WEEK
    )
    assert sums(mean(asked)) == [(4, 73, 3689), (4, 107, 6769)]


def test_means__of_all_kinds_together__each_as_by_itself():
    clipped = Column(AMOUNT, Aggregate.SUM, outliers=Outliers(0.1, 0.9))
    counted = Column(PURCHASE, Aggregate.COUNT)
    asked = [
        Mean(exposures(), Column(AMOUNT, Aggregate.SUM), window=WEEK),
        Mean(exposures(), clipped, replace(counted, outliers=Outliers(None, 0.5)), window=DAY),
        Mean(exposures(), Column(AMOUNT, Aggregate.SUM), window=WEEK, lookback=2 * DAY),
        Mean(exposures(), Column(SESSION, Aggregate.DISTINCT), window=0),
        Mean(exposures(), replace(counted, threshold=2.0), lookback=DAY),
        *[Mean(exposures(), Column(SIGNUP, Aggregate.ANY), window=days * DAY) for days in range(8)],
    ]
    together = rows(means(asked))

    for place, one in enumerate(asked):
        alone = rows(mean(one))
        # The arm has become the key.
        found = {arm: sums_at(place, {"arm": None} | row) for arm, row in together.items()}
        assert found == {arm: {"arm": None} | row for arm, row in alone.items()}


def winsorized(values, *, is_interpolated):
    with connections[facts_alias()].cursor() as cursor:
        for arm, amounts in values.items():
            for place, amount in enumerate(amounts):
                person = place + 1000 * list(values).index(arm)
                cursor.execute(
                    "INSERT INTO events_fact VALUES (1, %s, 5, %s, %s), (2, %s, 6, %s, %s)",
                    [person, 2 * person, ARMS[arm], person, 2 * person + 1, amount],
                )
    outliers = Outliers(0.1, 0.9, is_interpolated=is_interpolated)
    known = Exposures(source=1, start=0, end=10, arms=tuple(ARMS.values()))
    asked = Mean(known, Column(2, Aggregate.SUM, outliers=outliers))
    return [round(each[1], 9) for each in sums(mean(asked))]


LARGE = {"control": [1, *range(102, 110), 1110], "test": [*range(101, 111)]}
SMALL = {"control": [1, *[3] * 8, 100], "test": [2, *[4] * 9]}


@pytest.mark.parametrize(
    ("values", "is_interpolated", "expected"),
    [
        (LARGE, True, [1055, 1055]),
        (LARGE, False, [1056, 1056]),
        (SMALL, True, [30.9, 38.9]),
        (SMALL, False, [31, 39]),
    ],
    ids=["large-interpolated", "large-exact", "small-interpolated", "small-exact"],
)
def test_outliers__both_percentiles__clipped(values, is_interpolated, expected):
    assert winsorized(values, is_interpolated=is_interpolated) == expected
