"""A value for each unit from its events after the exposure: means and ratios."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from results.queries.exposures import Exposures
from results.queries.outliers import Outliers, with_clipped
from results.queries.text import FACTS, Query, grouped, moments


class Aggregate(StrEnum):
    """How the values of a unit's events become one."""

    COUNT = "count"
    SUM = "sum"
    AVERAGE = "avg"
    SMALLEST = "min"
    LARGEST = "max"
    DISTINCT = "distinct"
    ANY = "any"  # 1 with at least one event


_SQL = {
    Aggregate.COUNT: "COUNT({when} 1 END)",
    Aggregate.SUM: "COALESCE(SUM({when} f.value END), 0)",
    Aggregate.AVERAGE: "COALESCE(AVG({when} f.value END), 0)",
    Aggregate.SMALLEST: "COALESCE(MIN({when} f.value END), 0)",
    Aggregate.LARGEST: "COALESCE(MAX({when} f.value END), 0)",
    Aggregate.DISTINCT: "COUNT(DISTINCT {when} f.value END)",
    Aggregate.ANY: "CASE WHEN COUNT({when} 1 END) > 0 THEN 1 ELSE 0 END",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A value of each unit: an aggregate of the facts of a source.

    With a `threshold` it is 1 from there on, else 0.
    """

    source: int
    aggregate: Aggregate
    threshold: float | None = None
    outliers: Outliers | None = None

    def sql(self, condition: str) -> str:
        """Return the SQL of the value, from the joined facts that satisfy the condition."""
        value = _SQL[self.aggregate].format(
            when=f"CASE WHEN f.source = {self.source}{condition} THEN"
        )
        if self.threshold is None:
            return value
        return f"CASE WHEN {value} >= {self.threshold!r} THEN 1 ELSE 0 END"


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean, or with a denominator a ratio; `window` and `lookback` are microseconds, 0 for none.

    With `lookback` the covariate is the same aggregate over that time before the exposure.
    """

    exposures: Exposures
    value: Column
    denominator: Column | None = None
    window: int = 0
    lookback: int = 0

    @property
    def columns(self) -> dict[str, Column]:
        """The value, and the denominator if there is one, by the letter of their names."""
        return {"v": self.value} | ({"d": self.denominator} if self.denominator else {})

    @property
    def letters(self) -> tuple[str, ...]:
        """What a unit has: value, denominator, covariate."""
        return (*self.columns, *("c" if self.lookback else ""))

    def until(self) -> int:
        """Return when the last event has happened that counts, exclusively."""
        return self.exposures.until(self.window)


def mean(asked: Mean) -> Query:
    """Return the query of the sums of each arm: every exposed unit counts, with 0 if need be."""
    return means([asked], suffixes=[""])


def means(asked: Sequence[Mean], *, suffixes: Sequence[str] = ()) -> Query:
    """Return one query of several means over the same exposures: one scan of their facts.

    The sums of each have its suffix, by default its place; `sums_at` takes them apart. All share
    the column `n`.
    """
    named = list(zip(suffixes or [str(place) for place in range(len(asked))], asked, strict=True))
    keys = asked[0].exposures.keys
    carried = [letter + suffix for suffix, one in named for letter in one.letters]
    parts = [*asked[0].exposures.parts, ("users", _users(named))]
    source = "users"
    for suffix, one in named:
        for letter, column in one.columns.items():
            if column.outliers is not None:
                name = letter + suffix
                parts += with_clipped(
                    column.outliers, name, source=source, keys=keys, carried=carried
                )
                source = f"clipped_{name}"
    sums = [("n", "COUNT(*)"), *(each for suffix, one in named for each in _sums(one, suffix))]
    last = grouped(sums, source=source, keys=keys)
    return Query(tuple(parts), last.selected, last.columns)


def sums_at(place: int, row: Mapping[str, float | None]) -> dict[str, float | None]:
    """Return the sums of the mean at this place of `means`, as the query of it alone names them."""
    suffix = str(place)
    own = {
        name.removesuffix(suffix): value
        for name, value in row.items()
        if name.rstrip("0123456789") + suffix == name
    }
    return {"arm": row["arm"], "n": row["n"]} | own


def _sums(asked: Mean, suffix: str) -> list[tuple[str, str]]:
    others = {letter: letter + suffix for letter in asked.letters if letter != "v"}
    found = moments(f"v{suffix}", **others)
    return [(name + suffix, sql) for name, sql in found if name != "n"]


def _users(named: Sequence[tuple[str, Mean]]) -> str:
    exposures = named[0][1].exposures
    each = [one for _, one in named]
    bounds = _Bounds(
        lookback=max(one.lookback for one in each),
        window=0 if any(not one.window for one in each) else max(one.window for one in each),
        until=max(one.until() for one in each),
    )
    values = [value for suffix, one in named for value in _values(one, suffix, bounds)]
    sources = sorted({column.source for one in each for column in one.columns.values()})
    keys = "".join(f", x.{key}" for key in exposures.keys)
    shown = "".join(f", x.{key} AS {key}" for key in exposures.keys)
    since = f"x.first_ts - {bounds.lookback}" if bounds.lookback else "x.first_ts"
    window = f" AND f.ts < x.first_ts + {bounds.window}" if bounds.window else ""
    return (
        f"SELECT x.who AS who, x.arm AS arm{shown}, {', '.join(values)}"
        f" FROM exposed x LEFT JOIN {FACTS} f ON f.source IN ({', '.join(map(str, sources))})"
        f" AND f.person = x.who AND f.ts >= {since}{window} AND f.ts < {bounds.until}"
        f" GROUP BY x.who, x.arm{keys}"
    )


def _values(asked: Mean, suffix: str, bounds: "_Bounds") -> list[str]:
    within = ""
    if asked.window != bounds.window:
        within += f" AND f.ts < x.first_ts + {asked.window}"
    if asked.until() != bounds.until:
        within += f" AND f.ts < {asked.until()}"
    after = f" AND f.ts >= x.first_ts{within}" if bounds.lookback else within
    values = [
        f"{column.sql(after)} AS {letter}{suffix}" for letter, column in asked.columns.items()
    ]
    if asked.lookback:
        since = (
            ""
            if asked.lookback == bounds.lookback
            else (f" AND f.ts >= x.first_ts - {asked.lookback}")
        )
        values.append(f"{asked.value.sql(f' AND f.ts < x.first_ts{since}')} AS c{suffix}")
    return values


@dataclass(frozen=True, slots=True)
class _Bounds:
    """Which facts are joined: the widest of all windows."""

    lookback: int
    window: int
    until: int
