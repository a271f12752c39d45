"""Characters that cannot be stored or sent: NUL and unpaired surrogates."""

import re

# JSON can carry half of a surrogate pair, UTF-8 cannot.
_HALF_A_PAIR = re.compile("[\ud800-\udfff]")
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
REPLACEMENT = "\ufffd"


def encodable(text: str) -> str:
    """Return the text with a replacement for each half of a surrogate pair."""
    return _HALF_A_PAIR.sub(REPLACEMENT, text)


def unstorable_character(text: str) -> str | None:
    """Return the first character that no document may have: null, or half of a pair."""
    found = _UNSTORABLE.search(text)
    return found and found[0]
