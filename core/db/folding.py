"""Case-insensitive search, the same on both databases and for all of Unicode."""

from django.db.models import CharField, F, Q, Value
from django.db.models.expressions import Combinable

from core.db.conditions import Condition

Column = str | Combinable

# No name is longer, and SQLite takes no pattern of more than 50,000 bytes.
MAX_TEXT = 5_000
# What stands for other letters in a pattern of LIKE.
_ESCAPED = str.maketrans({sign: f"\\{sign}" for sign in "\\%_"})
# The function of SQLite's connections, see `core.db.sqlite.base`.
FUNCTION = "FOLD"


def fold(text: str) -> str:
    """Return the text as one that differs in case only would be: in capitals, `ß` as `SS`."""
    return text.lower().upper()


def fold_value(value: object) -> object:
    """Return what `fold` does to a text, and anything else as it is: for SQLite, which has both."""
    return fold(value) if isinstance(value, str) else value


def contains(column: Column, text: str) -> Q:
    """Return the condition that the column has the text in it, whatever the case of both."""
    return _like(column, text, around="%")


def equals(column: Column, text: str) -> Q:
    """Return the condition that the column is the text, whatever the case of both."""
    return _like(column, text)


def matches(column: Column, pattern: str) -> Q:
    """Return the condition that the folded column matches a pattern; its letters are capitals."""
    return Q(_Matches(column, pattern))


def _like(column: Column, text: str, *, around: str = "") -> Q:
    if len(text) > MAX_TEXT:
        return Q(pk__in=())
    return Q(_Like(column, f"{around}{fold(text).translate(_ESCAPED)}{around}"))


class _Folded(Condition):
    """A condition on a column as `fold` returns it, whose letters are mostly those of ASCII.

    For these alone databases have a quick way; others are folded by the rules of Unicode, whatever
    language the database speaks.
    """

    def __init__(self, column: Column, text: str) -> None:
        expression = F(column) if isinstance(column, str) else column
        super().__init__(expression, Value(text, CharField()))


# Wire quirk: search-folds-case, see docs/quirks.md.
class _Like(_Folded):
    """Whether the folded column is like a pattern of LIKE."""

    in_sqlite = r"""(
        {0} LIKE {1} ESCAPE '\'
        OR (LENGTH(CAST({0} AS BLOB)) <> LENGTH({0}) AND FOLD({0}) LIKE {1} ESCAPE '\')
    )"""
    in_postgresql = """(
        UPPER({0} COLLATE "C") LIKE {1}
        OR (
            OCTET_LENGTH({0}) <> CHAR_LENGTH({0})
            AND UPPER(LOWER({0} COLLATE "und-x-icu")) LIKE {1}
        )
    )"""


class _Matches(_Folded):
    """Whether the folded column matches a regular expression."""

    in_sqlite = "FOLD({0}) REGEXP {1}"
    in_postgresql = 'UPPER(LOWER({0} COLLATE "und-x-icu")) ~ {1}'
