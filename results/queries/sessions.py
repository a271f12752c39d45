"""Means over sessions: how long those sessions took in which a unit did something."""

from dataclasses import dataclass

from results.queries.exposures import Exposures
from results.queries.means import Aggregate
from results.queries.outliers import Outliers, with_clipped
from results.queries.text import FACTS, Query, grouped, moments
from results.queries.zones import SECOND

_SQL = {
    Aggregate.COUNT: "COUNT(*)",
    Aggregate.SUM: "SUM(s.took)",
    Aggregate.AVERAGE: "AVG(s.took)",
    Aggregate.SMALLEST: "MIN(s.took)",
    Aggregate.LARGEST: "MAX(s.took)",
}


@dataclass(frozen=True, slots=True)
class SessionMean:
    """`source` has the events that count, `all_events` every event, both with their session."""

    exposures: Exposures
    source: int
    all_events: int
    aggregate: Aggregate
    window: int = 0
    outliers: Outliers | None = None


def session_mean(asked: SessionMean) -> Query:
    """Return the query of seconds in sessions; units without such a session do not count.

    A session counts at its first event of the source, which must follow the exposure.
    """
    keys = asked.exposures.keys
    parts = [
        *asked.exposures.parts,
        ("visits", _visits(asked)),
        ("spans", _spans(asked)),
        ("users", _users(asked)),
    ]
    source = "users"
    if asked.outliers is not None:
        parts += with_clipped(asked.outliers, "v", source=source, keys=keys, carried=["v"])
        source = "clipped_v"
    last = grouped(moments("v"), source=source, keys=keys)
    return Query(tuple(parts), last.selected, last.columns)


def _visits(asked: SessionMean) -> str:
    until = asked.exposures.until(asked.window)
    return (
        f"SELECT f.person AS who, f.value AS session, MIN(f.ts) AS began FROM {FACTS} f"
        f" WHERE f.source = {asked.source} AND f.value IS NOT NULL"
        f" AND f.ts >= {asked.exposures.start} AND f.ts < {until} GROUP BY f.person, f.value"
    )


def _spans(asked: SessionMean) -> str:
    return (
        f"SELECT f.value AS session, (MAX(f.ts) - MIN(f.ts)) / {SECOND}.0 AS took FROM {FACTS} f"
        f" WHERE f.source = {asked.all_events} AND f.value IS NOT NULL GROUP BY f.value"
    )


def _users(asked: SessionMean) -> str:
    window = f" AND v.began < x.first_ts + {asked.window}" if asked.window else ""
    named = "".join(f", x.{key} AS {key}" for key in asked.exposures.keys)
    group = "".join(f", x.{key}" for key in asked.exposures.keys)
    return (
        f"SELECT x.who AS who, x.arm AS arm{named}, {_SQL[asked.aggregate]} AS v FROM exposed x"
        f" JOIN visits v ON v.who = x.who AND v.began >= x.first_ts{window}"
        f" JOIN spans s ON s.session = v.session GROUP BY x.who, x.arm{group}"
    )
