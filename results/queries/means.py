"""A value for each unit from its events after the exposure: means and ratios."""

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


def mean(asked: Mean) -> Query:
    """Return the query of the sums of each arm: every exposed unit counts, with 0 if need be."""
    keys = asked.exposures.keys
    parts = [*asked.exposures.parts, ("users", _users(asked))]
    clipped = {"v": asked.value.outliers}
    if asked.denominator is not None:
        clipped["d"] = asked.denominator.outliers
    source = "users"
    for column, outliers in clipped.items():
        if outliers is not None:
            carried = [name for name in ("v", "d", "c") if name in _names(asked)]
            parts += with_clipped(outliers, column, source=source, keys=keys, carried=carried)
            source = f"clipped_{column}"
    sums = moments("v", d="d" if asked.denominator else None, c="c" if asked.lookback else None)
    last = grouped(sums, source=source, keys=keys)
    return Query((*parts, *last.parts), last.selected, last.columns)


def _names(asked: Mean) -> set[str]:
    return {"v"} | ({"d"} if asked.denominator else set()) | ({"c"} if asked.lookback else set())


def _users(asked: Mean) -> str:
    columns = [("v", asked.value), *([("d", asked.denominator)] if asked.denominator else [])]
    after = " AND f.ts >= x.first_ts" if asked.lookback else ""
    values = [f"{column.sql(after)} AS {name}" for name, column in columns]
    if asked.lookback:
        values.append(f"{asked.value.sql(' AND f.ts < x.first_ts')} AS c")
    sources = ", ".join(str(column.source) for _, column in columns)
    keys = "".join(f", x.{key}" for key in asked.exposures.keys)
    named = "".join(f", x.{key} AS {key}" for key in asked.exposures.keys)
    since = f"x.first_ts - {asked.lookback}" if asked.lookback else "x.first_ts"
    window = f" AND f.ts < x.first_ts + {asked.window}" if asked.window else ""
    return (
        f"SELECT x.who AS who, x.arm AS arm{named}, {', '.join(values)}"
        f" FROM exposed x LEFT JOIN {FACTS} f ON f.source IN ({sources}) AND f.person = x.who"
        f" AND f.ts >= {since}{window} AND f.ts < {asked.exposures.end + asked.window}"
        f" GROUP BY x.who, x.arm{keys}"
    )
