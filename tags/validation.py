"""What tags are kept as, and how many of them one request may name."""

from collections.abc import Collection, Iterable

from core.exceptions import RuleBroken

MAX_TAGS = 100
MAX_TAG_LENGTH = 255
MAX_IDS = 500
# All of them become rows of the history.
MAX_CHANGES = 10_000


def tidied(words: Iterable[str]) -> list[str]:
    """Return the words as they are kept: trimmed, in lower case, once each, in order."""
    return sorted({word.strip().lower() for word in words} - {""})


def check_size(*, ids: Collection[int], tags: Collection[str]) -> None:
    """Check that one request asks for no more than it may.

    :raises RuleBroken: when there are too many tags for so many objects.
    """
    if len(ids) * len(tags) > MAX_CHANGES:
        raise RuleBroken(
            f"{len(ids)} objects times {len(tags)} tags are more than {MAX_CHANGES}. "
            "Send them in parts.",
            attr="ids",
        )
