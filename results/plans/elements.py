"""From what a step of an action says of an element to filters on the chain of clicked elements.

SDKs send the clicked element and those that it stands in as one text, `$elements_chain`:
`tag.class:attr="value"text="Pay";tag:…`, with quotes inside a value escaped.
"""

import re
from collections.abc import Mapping

from results.plans.errors import UnsupportedMetric

Document = Mapping[str, object]

_CHAIN = "$elements_chain"
# Where an attribute begins: behind the tag with its classes, or behind another one.
_BEGIN = '[:"]'
_ANYTHING = r'(?:[^"\\]|\\.)*'


def element_filters(step: Document) -> list[Document]:
    """Return the filters that the element of a step means; none when it names no element.

    :raises UnsupportedMetric: for what the chain cannot be asked.
    """
    # Wire quirk: elements-by-their-chain, see docs/quirks.md.
    if _text(step, "selector"):
        raise UnsupportedMetric(
            "Actions that name a selector cannot be computed; use the tag, the text or the link."
        )
    patterns = [_attribute(step, name) for name in ("text", "href")]
    if tag := _text(step, "tag_name"):
        patterns.append(rf"(?:^|;){re.escape(tag)}(?:$|[.:;])")
    return [
        {"key": _CHAIN, "value": pattern, "operator": "regex", "type": "event"}
        for pattern in patterns
        if pattern
    ]


def _attribute(step: Document, name: str) -> str:
    value, matching = _text(step, name), step.get(f"{name}_matching")
    if not value:
        return ""
    escaped = re.escape(value.replace('"', '\\"'))
    if matching == "contains":
        return f'(?i){_BEGIN}{name}="{_ANYTHING}{escaped}'
    if matching == "regex":
        raise UnsupportedMetric(
            f"Actions that match the {name} of an element by a regular expression cannot be "
            "computed; use exact or contains."
        )
    return f'{_BEGIN}{name}="{escaped}"'


def _text(step: Document, name: str) -> str:
    value = step.get(name)
    return value if isinstance(value, str) else ""
