"""A stored property in ClickHouse's SQL; pure."""

from events.clickhouse.literals import literal, literals
from events.clickhouse.properties import NUMBERS, TEXTS, Kind
from events.numbers import LARGEST_VALUE, SMALLEST_VALUE
from property_filters import texts

# What spells a number in Python, by which sums read texts: with blanks, in digits of any script.
_BLANK = r"[\t-\r\x{85}\p{Z}]*"
_DIGITS = r"\p{Nd}+(?:_\p{Nd}+)*"  # codespell:ignore nd
_SPELLED = (
    rf"\A{_BLANK}[+-]?(?:{_DIGITS}\.?(?:{_DIGITS})?|\.{_DIGITS})"
    rf"(?:[eE][+-]?{_DIGITS})?{_BLANK}\z"
)


class Property:
    """A property by its name, in columns `names`, `kinds`, `texts`, `numbers` and `instants`."""

    def __init__(self, name: str, alias: str) -> None:
        self._alias = alias
        self._place = f"indexOf({alias}.names, {literal(name)})"

    @property
    def is_set(self) -> str:
        """Whether there is one."""
        return f"{self._place} > 0"

    @property
    def kind(self) -> str:
        """What it is; meaningless without one."""
        return f"{self._alias}.kinds[{self._place}]"

    @property
    def text(self) -> str:
        """Its text as filters compare it."""
        whole = f"{self._alias}.texts[{self._place}]"
        most = texts.MAX_TEXT_LENGTH
        return f"if(length({whole}) > {most}, substringUTF8({whole}, 1, {most}), {whole})"

    @property
    def number(self) -> str:
        """The number that it is or spells, or 0."""
        return f"{self._alias}.numbers[{self._place}]"

    @property
    def instant(self) -> str:
        """The instant that its text names, in microseconds, or the amount of a time ago."""
        return f"{self._alias}.instants[{self._place}]"

    @property
    def is_number(self) -> str:
        """Whether comparisons read a number."""
        return f"{self.kind} IN ({literals(map(int, NUMBERS))})"

    @property
    def is_text(self) -> str:
        """Whether it is a text, whatever that spells."""
        return f"{self.kind} IN ({literals(map(int, TEXTS))})"

    @property
    def number_or_zero(self) -> str:
        """The number that sums read in it, or 0."""
        size = f"abs({self.number})"
        is_value = f"{size} >= {SMALLEST_VALUE} AND {size} <= {LARGEST_VALUE}"
        return f"if({is_value}, {self.number}, 0)"

    @property
    def number_if_any(self) -> str:
        """The number that sums read in it, or null."""
        # The number stored of a text is 0 as well when it spells none.
        spelled = f"{self.number} <> 0 OR match({self.text}, {literal(_SPELLED)})"
        is_number = (
            f"{self.kind} IN ({literals(map(int, (*NUMBERS, Kind.BOOLEAN)))})"
            f" OR ({self.kind} = {int(Kind.TEXT)} AND ({spelled}))"
        )
        is_value = f"abs({self.number}) <= {LARGEST_VALUE} AND ({is_number})"
        return f"if({is_value}, {self.number_or_zero}, NULL)"
