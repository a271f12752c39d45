"""Whether units that started came back within a time."""

from dataclasses import dataclass

from results.queries.exposures import Exposures
from results.queries.text import FACTS, Query, grouped
from results.queries.zones import HOUR, Calendar


@dataclass(frozen=True, slots=True)
class Retention:
    """`since` and `until` are microseconds after the start, both included.

    `truncated_to` is the length of the day or hour to whose local beginning times are cut, or 0.
    Without a source of starts the exposure itself is the start.
    """

    exposures: Exposures
    start: int | None
    completion: int
    since: int
    until: int
    calendar: Calendar
    truncated_to: int = 0
    is_last_start: bool = False
    window: int = 0
    mature_at: int | None = None


def retention(asked: Retention) -> Query:
    """Return the query of how many started and how many came back; only starters count."""
    keys = asked.exposures.keys
    named = "".join(f", s.{key} AS {key}" for key in keys)
    group = "".join(f", s.{key}" for key in keys)
    last = asked.exposures.until(asked.window + asked.until)
    users = (
        f"SELECT s.who AS who, s.arm AS arm{named},"
        " CASE WHEN COUNT(c.ts) > 0 THEN 1 ELSE 0 END AS v"
        f" FROM starts s LEFT JOIN {FACTS} c ON c.source = {asked.completion}"
        f" AND c.person = s.who AND c.ts >= s.at AND c.ts < {last} AND c.event <> s.ev"
        f" AND {_cut(asked, 'c.ts')} >= {_cut(asked, 's.at')} + {asked.since}"
        f" AND {_cut(asked, 'c.ts')} <= {_cut(asked, 's.at')} + {asked.until}"
        f" GROUP BY s.who, s.arm{group}"
    )
    sums = [("n", "COUNT(*)"), ("x", "SUM(v)")]
    parts = (*asked.exposures.parts, *_starts(asked), ("users", users))
    final = grouped(sums, source="users", keys=keys)
    return Query(parts, final.selected, final.columns)


def _starts(asked: Retention) -> tuple[tuple[str, str], ...]:
    exposures = asked.exposures
    direction = " DESC" if asked.is_last_start else ""
    named = "".join(f", x.{key} AS {key}" for key in exposures.keys)
    if asked.start is None:
        matching = exposures.entries("f", "x")
    else:
        within = f" AND f.ts <= x.first_ts + {asked.window}" if asked.window else ""
        matching = f"f.source = {asked.start} AND f.ts < {exposures.until(asked.window)}{within}"
    every = (
        f"SELECT x.who AS who, x.arm AS arm{named}, f.ts AS at, f.event AS ev, ROW_NUMBER() OVER"
        f" (PARTITION BY x.who ORDER BY f.ts{direction}, f.event{direction}) AS place"
        f" FROM exposed x JOIN {FACTS} f ON f.person = x.who AND f.ts >= x.first_ts"
        f" AND {matching}"
    )
    mature = "" if asked.mature_at is None else f" AND at <= {asked.mature_at}"
    starts = f"SELECT * FROM every_start WHERE place = 1{mature}"
    return (("every_start", every), ("starts", starts))


def _cut(asked: Retention, column: str) -> str:
    if not asked.truncated_to:
        return column
    if asked.truncated_to == HOUR:
        # As moments: between local hours lies one more, or one less, where the clock is changed.
        return f"({column} - {asked.calendar.local(column)} % {HOUR})"
    return asked.calendar.truncated(column, asked.truncated_to)
