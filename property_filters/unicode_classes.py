"""Classes of characters (digits, words, blanks) in patterns for all of Unicode, not ASCII alone."""

import re

# Every class begins and ends with a `\p`, so that nothing beside it becomes a range with it.
_DIGITS = r"\p{Nd}"  # codespell:ignore nd
_NO_DIGITS = r"\P{Nd}"  # codespell:ignore nd
_BLANKS = r"\p{Z}\t-\r\x{85}\p{Z}"
# Letters, marks and digits, connectors and joiners; those with a number are letters in circles.
_WORDS = (
    r"\p{L}\p{M}" + _DIGITS + r"\p{Nl}\x{200c}\x{200d}\x{24b6}-\x{24e9}\x{1f130}-\x{1f149}"
    r"\x{1f150}-\x{1f169}\x{1f170}-\x{1f189}\p{Pc}"
)
_CLASSES = {"d": _DIGITS, "s": _BLANKS, "w": _WORDS}
_OUTSIDE = {f"\\{name}": f"[{inside}]" for name, inside in _CLASSES.items()} | {
    f"\\{name.upper()}": f"[^{inside}]" for name, inside in _CLASSES.items()
}
# What is neither a blank nor part of a word has no name that stands within brackets.
_INSIDE = {f"\\{name}": inside for name, inside in _CLASSES.items()} | {r"\D": _NO_DIGITS}

# A text between \Q and \E, an escaped character, and brackets, in which the first ] is a literal.
_QUOTED = r"\\Q.*?(?:\\E|\Z)"
_ESCAPED = r"\\."
_NAMED = r"\[:\^?[a-z]{1,6}:\]"
_BRACKETS = rf"\[\^?\]?(?:{_ESCAPED}|{_NAMED}|[^\]\\])*"
_PARTS = re.compile(rf"{_QUOTED}|{_BRACKETS}|{_ESCAPED}", re.DOTALL)
_ESCAPES = re.compile(_ESCAPED, re.DOTALL)


def with_unicode_classes(pattern: str) -> str:
    """Return a pattern for RE2 whose classes mean what they mean in other languages."""
    return _PARTS.sub(_rewritten, pattern)


def _rewritten(found: re.Match[str]) -> str:
    part = found[0]
    if part.startswith("["):
        return _ESCAPES.sub(lambda inner: _INSIDE.get(inner[0], inner[0]), part)
    return _OUTSIDE.get(part, part)
