"""What a database is asked again and again, with other values."""

from collections.abc import Sequence
from dataclasses import dataclass

Row = tuple[object, ...]


@dataclass(eq=False)
class Question:
    """A statement and its values; once it is answered, its rows."""

    statement: str
    values: Sequence[object]
    rows: list[Row] | None = None
