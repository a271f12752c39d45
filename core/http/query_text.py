"""Reading what a URL's query says before a database is asked about it."""

from core.characters import REPLACEMENT, encodable

# What a 64-bit number has at most for sure; Python refuses to read thousands of them.
_MAX_DIGITS = 18


def searchable(text: str) -> str:
    """Return the text as a database can look for it."""
    # No row has a null character or half a pair, and databases would not even look for one.
    return encodable(text).replace("\x00", REPLACEMENT)


def spells_number(text: str) -> bool:
    """Tell whether the text is plain digits; Python reads "1_0" and other scripts' digits too."""
    return text.isascii() and text.isdecimal()


def is_id(text: str) -> bool:
    """Tell whether the text spells an id that fits into 64 bits."""
    return spells_number(text) and len(text) <= _MAX_DIGITS
