"""Properties as JSON text that both databases can store."""

import json

import orjson

from events.wire import storable_text

_NUL_ESCAPE = b"\\u0000"


def stored_text(document: object, *, is_sorted: bool = False) -> str:
    """Return the document as JSON; U+FFFD stands for characters that cannot be stored."""
    options = orjson.OPT_SORT_KEYS if is_sorted else 0
    try:
        text = orjson.dumps(document, option=options)
    except TypeError:
        # Halves of surrogate pairs, or numbers beyond 64 bits.
        return json.dumps(
            storable(document), ensure_ascii=False, separators=(",", ":"), sort_keys=is_sorted
        )
    if _NUL_ESCAPE in text:
        text = orjson.dumps(storable(document), option=options)
    return text.decode()


def storable(value: object) -> object:
    """Return the value with storable texts and keys, all the way down."""
    if isinstance(value, str):
        return storable_text(value)
    if isinstance(value, dict):
        return {storable_text(str(key)): storable(each) for key, each in value.items()}
    if isinstance(value, list):
        return [storable(each) for each in value]
    return value
