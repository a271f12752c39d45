"""How far units come through the steps of a funnel, ordered or not.

An ordered step is reached by a chain that began at an exposure: `began` is the start of the latest
chain that reached a step by an event. It only ever grows, so a running maximum replaces a machine
with states; see docs/decisions for the forms that were measured.
"""

from dataclasses import dataclass

from results.queries.exposures import Exposures
from results.queries.text import FACTS, MULTIPLE, Parts, Query, grouped
from results.queries.zones import DAY

# A chain of steps may take so long where there is no window.
_LONGEST_CHAIN = 3 * 365 * DAY


@dataclass(frozen=True, slots=True)
class Funnel:
    """`steps` are sources in order; `window` is microseconds, and included; 0 for none.

    `has_shared_events` tells that one event may match several steps. With `lookback` the covariate
    is 1 for units that did the last step in that time before their exposure.
    """

    exposures: Exposures
    steps: tuple[int, ...]
    window: int
    is_ordered: bool = True
    has_shared_events: bool = False
    lookback: int = 0
    # Whether the database finds the facts of a person by an index.
    is_indexed: bool = True

    @property
    def longest_chain(self) -> int:
        """How long after the beginning of its chain the last step may come."""
        return self.window or _LONGEST_CHAIN


def funnel(asked: Funnel) -> Query:
    """Return the query of how many units reached each step: columns `s1`, `s2` and so on."""
    reached = _ordered(asked) if asked.is_ordered else _unordered(asked)
    keys = asked.exposures.keys
    named = "".join(f", x.{key} AS {key}" for key in keys)
    covariate, join = _covariate(asked) if asked.lookback else ("", "")
    users = (
        f"SELECT x.arm AS arm{named}, COALESCE(r.step, 0) AS step{covariate}"
        f" FROM exposed x LEFT JOIN furthest r ON r.who = x.who{join}"
    )
    sums = [("n", "COUNT(*)")]
    sums += [
        (f"s{step}", f"SUM(CASE WHEN step >= {step} THEN 1 ELSE 0 END)")
        for step in range(1, len(asked.steps) + 1)
    ]
    if asked.lookback:
        both = f"SUM(CASE WHEN step >= {len(asked.steps)} THEN c ELSE 0 END)"
        sums += [("c", "SUM(c)"), ("xc", both)]
    last = grouped(sums, source="users", keys=keys)
    parts = (*asked.exposures.parts, *reached, ("users", users))
    return Query(parts, last.selected, last.columns)


def _covariate(asked: Funnel) -> tuple[str, str]:
    earlier = (
        f"SELECT DISTINCT p.who AS who FROM exposed p JOIN {FACTS} f"
        f" ON f.source = {asked.steps[-1]} AND f.person = p.who AND f.ts < p.first_ts"
        f" AND f.ts >= p.first_ts - {asked.lookback}"
    )
    column = ", CASE WHEN earlier.who IS NULL THEN 0 ELSE 1 END AS c"
    return column, f" LEFT JOIN ({earlier}) earlier ON earlier.who = x.who"


def _ordered(asked: Funnel) -> Parts:
    first = (("chain1", _first_step(asked)),) if asked.is_indexed else _first_step_by_scan(asked)
    parts: list[tuple[str, str]] = [*first]
    for step, source in enumerate(asked.steps[1:], 2):
        parts += _later_step(asked, step, source)
    steps = " UNION ALL ".join(
        f"SELECT who, {step} AS step FROM chain{step}" for step in range(1, len(asked.steps) + 1)
    )
    furthest = f"SELECT who, MAX(step) AS step FROM ({steps}) reached GROUP BY who"
    return (*parts, ("furthest", furthest))


def _first_step(asked: Funnel) -> str:
    # A look-up in the index for each event: faster than one sort of all events and exposures.
    began = (
        f"SELECT MAX(e.ts) FROM {FACTS} e WHERE {asked.exposures.entries('e', 'x')}"
        " AND e.person = f.person AND e.ts <= f.ts AND e.event <> f.event"
    )
    tried = (
        f"SELECT f.person AS who, f.ts AS at, f.event AS ev, ({began}) AS began"
        f" FROM exposed x JOIN {FACTS} f ON f.person = x.who"
        f" WHERE x.arm <> {MULTIPLE} AND {_events(asked, asked.steps[0])}"
    )
    kept = f"began IS NOT NULL AND at - began <= {asked.longest_chain}"
    return f"SELECT who, at, ev, began FROM ({tried}) tried WHERE {kept}"


def _first_step_by_scan(asked: Funnel) -> Parts:
    """Return the same by a running maximum: the latest other exposure until each event."""
    # Without an activation all exposures are entries, whoever's they are.
    of_exposed = "" if asked.exposures.activation is None else "exposed x JOIN "
    on = " ON e.person = x.who" if of_exposed else ""
    mixed = (
        "SELECT e.person AS who, e.ts AS at, e.event AS ev, 0 AS kind, e.ts AS began"
        f" FROM {of_exposed}{FACTS} e{on} WHERE {asked.exposures.entries('e', 'x')}"
        f" UNION ALL SELECT f.person, f.ts, f.event, 1, NULL FROM exposed x"
        f" JOIN {FACTS} f ON f.person = x.who"
        f" WHERE x.arm <> {MULTIPLE} AND {_events(asked, asked.steps[0])}"
    )
    # Exposures at the same moment come last, and count unless the event is the only one.
    latest = (
        "SELECT who, at, ev, kind, CASE WHEN SUM(1 - kind) OVER (PARTITION BY who, at)"
        " > SUM(1 - kind) OVER (PARTITION BY who, at, ev) THEN at ELSE MAX(began) OVER"
        " (PARTITION BY who ORDER BY at, kind DESC, ev ROWS UNBOUNDED PRECEDING) END AS began"
        " FROM mixed1"
    )
    kept = f"kind = 1 AND began IS NOT NULL AND at - began <= {asked.longest_chain}"
    chain = f"SELECT who, at, ev, began FROM latest1 WHERE {kept}"
    return (("mixed1", mixed), ("latest1", latest), ("chain1", chain))


def _later_step(asked: Funnel, step: int, source: int) -> Parts:
    mixed = (
        f"SELECT who, at, ev, 0 AS kind, began FROM chain{step - 1}"
        f" UNION ALL SELECT f.person, f.ts, f.event, 1, NULL FROM {FACTS} f"
        f" WHERE {_events(asked, source)} AND f.person IN (SELECT who FROM chain{step - 1})"
    )
    latest = f"SELECT who, at, ev, kind, {_latest_chain(asked)} AS began FROM mixed{step}"
    kept = f"kind = 1 AND began IS NOT NULL AND at - began <= {asked.longest_chain}"
    chain = f"SELECT who, at, ev, began FROM latest{step} WHERE {kept}"
    return ((f"mixed{step}", mixed), (f"latest{step}", latest), (f"chain{step}", chain))


def _latest_chain(asked: Funnel) -> str:
    """Return the SQL of when the latest chain began that an event continues; not one by itself."""
    rows = "ROWS UNBOUNDED PRECEDING"
    if not asked.has_shared_events:
        return f"MAX(began) OVER (PARTITION BY who ORDER BY at, kind, ev {rows})"
    before = f"MAX(began) OVER (PARTITION BY who ORDER BY at, ev, kind DESC {rows})"
    # Of events at the same moment each follows every other one, in whichever order they came.
    tied = f"MAX(began) OVER (PARTITION BY who, at ORDER BY ev DESC, kind DESC {rows})"
    return f"CASE WHEN {tied} > COALESCE({before}, -1) THEN {tied} ELSE {before} END"


def _events(asked: Funnel, source: int) -> str:
    return (
        f"f.source = {source} AND f.ts >= {asked.exposures.start}"
        f" AND f.ts <= {asked.exposures.until(asked.window)}"
    )


def _unordered(asked: Funnel) -> Parts:
    """Return how many steps, the exposure one of them, were ever held within one window."""
    exposed = (
        f"SELECT x.who AS who, f.ts AS at, 0 AS step FROM exposed x JOIN {FACTS} f"
        f" ON f.person = x.who AND f.ts >= x.first_ts"
        f" AND {asked.exposures.entries('f', 'x')}"
    )
    steps = [
        (
            f"SELECT x.who, f.ts, {step} FROM exposed x JOIN {FACTS} f"
            f" ON f.person = x.who AND f.ts >= x.first_ts AND {_events(asked, source)}"
        )
        for step, source in enumerate(asked.steps, 1)
    ]
    places = range(len(asked.steps) + 1)
    newest = ", ".join(
        f"MAX(CASE WHEN step = {step} THEN at END) OVER"
        f" (PARTITION BY who ORDER BY at ROWS UNBOUNDED PRECEDING) AS last{step}"
        for step in places
    )
    held = " + ".join(
        f"CASE WHEN last{step} >= at - {asked.longest_chain} THEN 1 ELSE 0 END" for step in places
    )
    return (
        ("done", " UNION ALL ".join([exposed, *steps])),
        ("newest", f"SELECT who, at, {newest} FROM done"),
        ("furthest", f"SELECT who, MAX({held}) - 1 AS step FROM newest GROUP BY who"),
    )
