"""What can be wrong with a property filter, or with the value it is compared with."""

from collections.abc import Callable


class UnreadableFilter(ValueError):
    """The filter cannot be compiled: no key, an unknown operator or type, no value."""


class NotComparable(ValueError):
    """One side of a comparison is no number, no date or no version, so there is no answer."""


def refusal(message: str) -> Callable[[object], bool]:
    """Return the test of a filter whose own value cannot be compared: it always raises."""

    def test(_: object) -> bool:
        raise NotComparable(message)

    return test
