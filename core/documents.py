"""What a JSON document must be so that both databases can keep it and clients can read it."""

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
        deeper: list[object] = []
        for value in level:
            if isinstance(value, dict):
                deeper += value
                deeper += value.values()
            elif isinstance(value, list):
                deeper += value
            elif problem := _unstorable_scalar(value):
                return problem
        level, depth = deeper, depth + 1
    return None


def _unstorable_scalar(value: object) -> str | None:
    if isinstance(value, str):
        found = unstorable_character(value)
        if found is not None:
            return (
                "contains a null character"
                if found == "\0"
                else "contains half of a surrogate pair"
            )
    elif isinstance(value, int | float) and not MIN_INTEGER <= value <= MAX_INTEGER:
        # A float too: PostgreSQL gives 1e30 back as a whole number.
        return "contains a number beyond 64 bits"
    return None
