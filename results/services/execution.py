"""Running the statements of results, for so long at most."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.conf import settings

from events.facts import ReadyFacts, StatementTookTooLong
from results.queries import Query
from results.services.analysis import NotComputable

Row = dict[str, float | None]


class TookTooLong(NotComputable):
    """Raised when a statement takes longer than results may."""

    default_code = "query_resource_limit_exceeded"

    def __init__(self) -> None:
        super().__init__(
            f"Computing this took longer than {settings.RESULTS_STATEMENT_SECONDS} seconds."
            " Shorten the experiment's dates or filters, or raise RESULTS_STATEMENT_SECONDS."
        )


def run(query: Query, facts: ReadyFacts) -> list[Row]:
    """Return the rows of a query by column, all numbers as floats.

    :raises TookTooLong: when it takes longer than RESULTS_STATEMENT_SECONDS.
    """
    return [
        {
            name: None if value is None else float(value)
            for name, value in zip(query.columns, row, strict=True)
        }
        for row in _rows(query, facts)
    ]


def run_numbers(query: Query, facts: ReadyFacts) -> list[int]:
    """Return the first column of a query, whole numbers that a float would not hold.

    :raises TookTooLong: when it takes longer than RESULTS_STATEMENT_SECONDS.
    """
    return [int(row[0]) for row in _rows(query, facts)]


@contextmanager
def bounded() -> Iterator[int]:
    """Give the seconds that one statement of results may take.

    :raises TookTooLong: when a statement inside takes longer.
    """
    try:
        yield settings.RESULTS_STATEMENT_SECONDS
    except StatementTookTooLong:
        raise TookTooLong from None


def _rows(query: Query, facts: ReadyFacts) -> Sequence[Sequence[Any]]:
    with bounded() as seconds:
        return facts.rows(query.text, seconds=seconds)
