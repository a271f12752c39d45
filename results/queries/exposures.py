"""Who is in the experiment, in which arm, since when; and how many on each day."""

from dataclasses import dataclass

from results.queries.text import FACTS, MULTIPLE, NO_VALUE, Parts, Query
from results.queries.zones import DAY, Calendar


@dataclass(frozen=True, slots=True)
class Exposures:
    """Which facts are exposures; times are microseconds since 1970 UTC, `end` included.

    `arms` are the numbers of the analysed variants. `mature_at` is the last first exposure that
    counts, if not all do. `breakdowns` are sources of the values at the first exposure.
    `activation` is the source of events that somebody must also send, from when on they count.
    Nothing after `now` is looked at.
    """

    source: int
    start: int
    end: int
    arms: tuple[int, ...]
    is_first_variant_kept: bool = False
    mature_at: int | None = None
    breakdowns: tuple[int, ...] = ()
    activation: int | None = None
    now: int | None = None
    # The name of a table that holds them already.
    stored: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of the breakdowns' columns."""
        return tuple(f"b{place}" for place in range(len(self.breakdowns)))

    def where(self, alias: str) -> str:
        """Return the condition on a fact to be one of these exposures."""
        # A flag may have no variants, and a list may not be empty.
        arms = ", ".join(map(str, self.arms)) or "NULL"
        return (
            f"{alias}.source = {self.source} AND {alias}.ts >= {self.start}"
            f" AND {alias}.ts <= {self.end} AND {alias}.value IN ({arms})"
        )

    def entries(self, fact: str, exposed: str) -> str:
        """Return the condition on a fact to let in one of `exposed`: an exposure, or an activation.

        Both are aliases; the persons are to be equal already.
        """
        if self.activation is None:
            return self.where(fact)
        return (
            f"{fact}.source = {self.activation} AND {fact}.ts >= {exposed}.first_ts"
            f" AND {fact}.ts <= {self.end}"
        )

    def until(self, window: int) -> int:
        """Return when the last event can have happened that counts for those who came last."""
        last = self.end + window
        return last if self.now is None else min(last, self.now)

    @property
    def parts(self) -> Parts:
        """The parts `exposed(who, arm, first_ts, b0, …)` of a query; none when they are stored."""
        if self.stored:
            return (("exposed", f"SELECT * FROM {self.stored}"),)
        if self.activation is not None:
            return _activated(self)
        return _assigned(self, "exposed", mature_at=self.mature_at)


def _assigned(exposures: Exposures, name: str, *, mature_at: int | None) -> Parts:
    """Return who saw which variant first when, in a part of this name."""
    if exposures.is_first_variant_kept or exposures.breakdowns:
        return _by_first_fact(exposures, name, mature_at)
    having = "" if mature_at is None else f" HAVING MIN(e.ts) <= {mature_at}"
    body = (
        "SELECT e.person AS who, CASE WHEN MIN(e.value) = MAX(e.value)"
        f" THEN MIN(e.value) ELSE {MULTIPLE} END AS arm, MIN(e.ts) AS first_ts"
        f" FROM {FACTS} e WHERE {exposures.where('e')} GROUP BY e.person{having}"
    )
    return ((name, body),)


def _by_first_fact(exposures: Exposures, name: str, mature_at: int | None) -> Parts:
    ranked = (
        "SELECT e.person AS who, e.ts AS at, e.event AS ev, e.value AS v,"
        " ROW_NUMBER() OVER (PARTITION BY e.person ORDER BY e.ts, e.event) AS place,"
        " MIN(e.value) OVER (PARTITION BY e.person) AS lowest,"
        " MAX(e.value) OVER (PARTITION BY e.person) AS highest"
        f" FROM {FACTS} e WHERE {exposures.where('e')}"
    )
    arm = f"CASE WHEN r.lowest = r.highest THEN r.v ELSE {MULTIPLE} END"
    if exposures.is_first_variant_kept:
        arm = "r.v"
    values = "".join(f", COALESCE({key}.value, {NO_VALUE}) AS {key}" for key in exposures.keys)
    joins = "".join(
        f" LEFT JOIN {FACTS} {key} ON {key}.source = {source} AND {key}.person = r.who"
        f" AND {key}.ts = r.at AND {key}.event = r.ev"
        for key, source in zip(exposures.keys, exposures.breakdowns, strict=True)
    )
    mature = "" if mature_at is None else f" AND r.at <= {mature_at}"
    body = (
        f"SELECT r.who AS who, {arm} AS arm, r.at AS first_ts{values}"
        f" FROM ranked r{joins} WHERE r.place = 1{mature}"
    )
    return (("ranked", ranked), (name, body))


def _activated(exposures: Exposures) -> Parts:
    """Return who did what activates after they were assigned, from then on."""
    keys = "".join(f", a.{key}" for key in exposures.keys)
    named = "".join(f", a.{key} AS {key}" for key in exposures.keys)
    mature = exposures.mature_at
    having = "" if mature is None else f" HAVING MIN(f.ts) <= {mature}"
    body = (
        f"SELECT a.who AS who, a.arm AS arm, MIN(f.ts) AS first_ts{named}"
        f" FROM assigned a JOIN {FACTS} f ON f.source = {exposures.activation}"
        f" AND f.person = a.who AND f.ts >= a.first_ts AND f.ts <= {exposures.end}"
        f" GROUP BY a.who, a.arm{keys}{having}"
    )
    return (*_assigned(exposures, "assigned", mature_at=None), ("exposed", body))


def daily_exposures(exposures: Exposures, calendar: Calendar) -> Query:
    """Return the query of how many were exposed first on each local day, by arm.

    A row's `day` is microseconds since 1970 in local time.
    """
    day = calendar.truncated("x.first_ts", DAY)
    dated = ("dated", f"SELECT x.arm AS arm, {day} AS day FROM exposed x")
    selected = "SELECT arm, day, COUNT(*) AS n FROM dated GROUP BY arm, day"
    return Query((*exposures.parts, dated), selected, ("arm", "day", "n"))


def exposed_people(exposures: Exposures, *, most: int) -> Query:
    """Return the query of the persons who were exposed, or so many of them."""
    return Query(exposures.parts, f"SELECT x.who FROM exposed x LIMIT {most}", ("who",))
