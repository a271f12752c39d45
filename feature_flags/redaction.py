"""Filters with their payloads redacted."""

import json
from collections.abc import Mapping
from typing import Any

Document = dict[str, Any]

_WORDS = "********* (encrypted)"
# JSON text, as every payload is.
PLACEHOLDER = json.dumps(_WORDS)


def payloads(filters: Mapping[str, object]) -> Document:
    """Return the payloads of a flag by the key of their variant; `true` without variants."""
    found = filters.get("payloads")
    return found if isinstance(found, dict) else {}


def with_payloads(filters: Document, *, payloads: Mapping[str, object]) -> Document:
    """Return the filters with these payloads instead."""
    return filters | {"payloads": dict(payloads)}


def redacted(filters: Document) -> Document:
    """Return the filters with a placeholder for every payload."""
    hidden = payloads(filters)
    return (
        with_payloads(filters, payloads=dict.fromkeys(hidden, PLACEHOLDER)) if hidden else filters
    )


def is_placeholder(payload: object) -> bool:
    """Tell whether the payload is what is shown of an encrypted one, read as JSON or not."""
    return payload in (PLACEHOLDER, _WORDS)


def brings_payloads(filters: Mapping[str, object]) -> bool:
    """Tell whether there are payloads in the filters, and not just placeholders for some."""
    return not all(is_placeholder(payload) for payload in payloads(filters).values())
