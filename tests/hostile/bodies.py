"""What hostile clients write into a field, as JSON text, and where in a body it can stand."""

import json
from collections.abc import Iterator

from hypothesis import strategies as st

_MARK = "the place where the hostile text goes"

HOSTILE = [
    *("null", "true", "false", "0", "-1", "1.5", "1e30", "-0.0", '""', '" "', "[]", "{}"),
    # Numbers beyond what databases and floats hold, and what is no JSON at all.
    *(str(2**31), str(2**63), str(-(2**63) - 1), str(2**70), "9" * 5000, "1e400"),
    *("NaN", "Infinity", "-Infinity", "01", "'a'", "[1,]", '{"a":1,"a":2}', ""),
    # Text that a database, a terminal or a log reads differently.
    *('"a\\u0000b"', '"\\ud800"', '"\\udfff"', '"\\u202e\\ufeff"', '"\\ud83e\\udd94"'),
    *('"%s %d {0} ${x}"', '"\'; DROP TABLE users; --"', '"<script>"', '"../../etc/passwd"'),
    *('"2026-13-45T99:99:99Z"', '"0000-00-00T00:00:00Z"', '"9999-12-31T23:59:59-23:59"'),
    # Large, deep and crooked.
    f'"{"x" * 100_000}"',
    f"[{','.join(['1'] * 20_000)}]",
    f"[{','.join(['{}'] * 2_000)}]",
    *("[" * depth + "]" * depth for depth in (65, 2_000, 100_000)),
    '{"a":' * 70 + "1" + "}" * 70,
    '{"\\u0000": 1, "\\ud800": 2, "": 3, "__proto__": {}, "$ne": 1}',
    '[[1, "a", null, {"b": [true]}], 2]',
]

_scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
_documents = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
hostile_texts = st.sampled_from(HOSTILE) | _documents.map(json.dumps)


def places(document: object, path: tuple[object, ...] = ()) -> Iterator[tuple[object, ...]]:
    """Yield the path of everything inside the document."""
    parts: Iterator[tuple[object, object]] = iter(())
    if isinstance(document, dict):
        parts = iter(document.items())
    elif isinstance(document, list):
        parts = iter(enumerate(document))
    for name, part in parts:
        yield (*path, name)
        yield from places(part, (*path, name))


def with_hostile(document: object, *, path: tuple[object, ...], text: str) -> str:
    """Return the document as JSON with this text in place of what stands at the path."""
    return json.dumps(_replaced(document, path)).replace(json.dumps(_MARK), text)


def _replaced(document: object, path: tuple[object, ...]) -> object:
    if not path:
        return _MARK
    name, *rest = path
    if isinstance(document, list):
        return [
            _replaced(part, tuple(rest)) if index == name else part
            for index, part in enumerate(document)
        ]
    return {**document, name: _replaced(document.get(name), tuple(rest))}
