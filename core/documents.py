"""Checks that a JSON document can be stored by both databases and read by clients."""

from collections.abc import Iterable, Iterator, Sequence

from core.characters import unstorable_character

MAX_DEPTH = 64
MAX_INTEGER = 2**63 - 1
MIN_INTEGER = -(2**63)


def unstorable_part(document: object) -> str | None:
    """Say what makes the document impossible to keep, or return None when nothing does."""
    level, depth = [document], 1
    while level:
        if depth > MAX_DEPTH:
            return f"is nested deeper than {MAX_DEPTH} levels"
        if problem := _unstorable_scalar(level):
            return problem
        level, depth = list(_inside(level)), depth + 1
    return None


def _inside(values: Iterable[object]) -> Iterator[object]:
    for value in values:
        if isinstance(value, dict):
            yield from value
            yield from value.values()
        elif isinstance(value, list):
            yield from value


def _unstorable_scalar(values: Sequence[object]) -> str | None:
    # All at once: a body may have 100,000 of them.
    found = unstorable_character("".join([each for each in values if isinstance(each, str)]))
    if found is not None:
        return "contains a null character" if found == "\0" else "contains half of a surrogate pair"
    numbers = [each for each in values if isinstance(each, int | float)]
    if numbers and not MIN_INTEGER <= min(numbers) <= max(numbers) <= MAX_INTEGER:
        # A float too: PostgreSQL gives 1e30 back as a whole number.
        return "contains a number beyond 64 bits"
    return None
