"""One SQL statement on its way to the database."""

from collections.abc import Sequence
from dataclasses import dataclass

Row = tuple[object, ...]


@dataclass(eq=False)
class Statement:
    """An SQL text and its parameters; after execution also its rows."""

    sql: str
    values: Sequence[object]
    rows: list[Row] | None = None

    @property
    def fetched(self) -> list[Row]:
        """Return the rows of an executed statement."""
        if self.rows is None:
            raise RuntimeError("The statement has not been executed.")
        return self.rows
