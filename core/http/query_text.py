"""Parses and checks text of query strings before it reaches the database."""

import json

from core.characters import REPLACEMENT, encodable
from core.exceptions import RuleBroken

# Where a key may stand in a query, and in a body.
KEY_PARAMETER = "personal_api_key"
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


def read_ids(text: str, *, name: str) -> list[int]:
    """Return the ids that a parameter lists: one, several with commas, or a list in JSON.

    :raises RuleBroken: when something in it is no id.
    """
    found = json_list(text) if text.lstrip().startswith("[") else text.split(",")
    spelled = [_spelled(part) for part in found or []]
    if found is None or not all(map(is_id, spelled)):
        raise RuleBroken(f"{name} must be an id, or several with commas.")
    return [int(part) for part in spelled]


def json_list(text: str) -> list[object] | None:
    """Return the list that the text spells in JSON, or None."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, list) else None


def _spelled(part: object) -> str:
    is_spelled = isinstance(part, str | int) and not isinstance(part, bool)
    return str(part).strip() if is_spelled else ""
