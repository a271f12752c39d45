"""How the text of a query is put together: named parts, and the sums that the last one returns."""

from collections.abc import Sequence
from dataclasses import dataclass

# The table of facts; on a database that has none, a named part of this name stands before the rest.
FACTS = "events_fact"
# The arm of whoever saw several variants, and the number of a breakdown without a value.
MULTIPLE, NO_VALUE = -1, -1

Parts = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A statement, and what the columns of its rows are called."""

    parts: Parts
    selected: str
    columns: tuple[str, ...]

    @property
    def text(self) -> str:
        """The SQL. Execute it without a list of parameters: it may hold a percent sign."""
        named = ",\n".join(f"{name} AS (\n{body})" for name, body in self.parts)
        return f"WITH {named}\n{self.selected}"


def grouped(sums: Sequence[tuple[str, str]], *, source: str, keys: Sequence[str]) -> Query:
    """Return the last part of a query: these sums over the rows of each arm and breakdown."""
    names = ["arm", *keys]
    what = ", ".join([*names, *(f"{sql} AS {name}" for name, sql in sums)])
    selected = f"SELECT {what}\nFROM {source} GROUP BY {', '.join(names)}"
    return Query((), selected, (*names, *(name for name, _ in sums)))


def moments(x: str, *, d: str | None = None, c: str | None = None) -> list[tuple[str, str]]:
    """Return the sums of a value, its denominator and its covariate, with their squares."""
    sums = [("n", "COUNT(*)"), ("x", f"SUM({x})"), ("xx", f"SUM(1.0 * {x} * {x})")]
    for name, sql in (("d", d), ("c", c)):
        if sql is not None:
            squares = f"SUM(1.0 * {sql} * {sql})"
            sums += [(name, f"SUM({sql})"), (name * 2, squares)]
            sums += [(f"x{name}", f"SUM(1.0 * {x} * {sql})")]
    return sums
