"""Winsorization: values beyond percentiles of all units become the percentiles' values."""

from collections.abc import Sequence
from dataclasses import dataclass

from results.queries.text import Parts


@dataclass(frozen=True, slots=True)
class Outliers:
    """Percentiles in [0, 1] beyond which values are clipped; None clips nothing on that side.

    `is_zero_ignored` leaves zeros out where the upper one is found. `is_interpolated` takes the
    point between two values, at level · (n - 1); else it is the value at place floor(level · n).
    """

    lower: float | None
    upper: float | None
    is_zero_ignored: bool = False
    is_interpolated: bool = True


def with_clipped(
    outliers: Outliers, column: str, *, source: str, keys: Sequence[str], carried: Sequence[str]
) -> Parts:
    """Return the parts that end in `clipped_<column>`: the rows of the source, clipped.

    Bounds are those of all arms together, for each breakdown by itself. `carried` are the columns
    that the result has.
    """
    low, high = f"low_{column}", f"high_{column}"
    bounds: list[tuple[str, str]] = []
    if outliers.lower is not None:
        bounds += _bound(low, outliers.lower, outliers, column, source, keys, where="")
    if outliers.upper is not None:
        where = f" WHERE {column} <> 0" if outliers.is_zero_ignored else ""
        bounds += _bound(high, outliers.upper, outliers, column, source, keys, where=where)
    values = ", ".join(
        f"{_clipped(outliers, column, low, high)} AS {name}"
        if name == column
        else f"u.{name} AS {name}"
        for name in carried
    )
    named = "".join(f", u.{key} AS {key}" for key in keys)
    joins = "".join(_join(name, keys) for name, _ in bounds if name in (low, high))
    body = f"SELECT u.who AS who, u.arm AS arm{named}, {values} FROM {source} u{joins}"
    return (*bounds, (f"clipped_{column}", body))


def _bound(
    name: str,
    level: float,
    outliers: Outliers,
    column: str,
    source: str,
    keys: Sequence[str],
    *,
    where: str,
) -> Parts:
    named = "".join(f"{key} AS {key}, " for key in keys)
    partition = f"PARTITION BY {', '.join(keys)} " if keys else ""
    count = f"COUNT(*) OVER ({partition.strip()})"
    exact = f"CAST({level!r} AS DOUBLE PRECISION)"
    reach = f"{exact} * ({count} - 1)" if outliers.is_interpolated else f"{exact} * {count}"
    ranks = (
        f"SELECT {named}{column} AS value_of, {reach} AS reach,"
        f" ROW_NUMBER() OVER ({partition}ORDER BY {column}) - 1 AS place FROM {source}{where}"
    )
    below = "MAX(CASE WHEN place <= reach THEN value_of END)"
    bound = below
    if outliers.is_interpolated:
        above = "MIN(CASE WHEN place >= reach THEN value_of END)"
        share = "(MAX(reach) - MAX(CASE WHEN place <= reach THEN place END))"
        bound = f"{below} + ({above} - {below}) * {share}"
    group = f" GROUP BY {', '.join(keys)}" if keys else ""
    return (
        (f"{name}_ranks", ranks),
        (name, f"SELECT {named}{bound} AS bound FROM {name}_ranks{group}"),
    )


def _clipped(outliers: Outliers, column: str, low: str, high: str) -> str:
    cases = ""
    if outliers.lower is not None:
        cases += f" WHEN u.{column} < {low}.bound THEN {low}.bound"
    if outliers.upper is not None:
        cases += f" WHEN u.{column} > {high}.bound THEN {high}.bound"
    return f"CASE{cases} ELSE u.{column} END" if cases else f"u.{column}"


def _join(name: str, keys: Sequence[str]) -> str:
    if not keys:
        return f" CROSS JOIN {name}"
    return f" LEFT JOIN {name} ON {' AND '.join(f'{name}.{key} = u.{key}' for key in keys)}"
