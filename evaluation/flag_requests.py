"""Parses the body of `POST /flags`, leniently."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import orjson

from core.characters import unstorable_character
from core.http.sdk_bodies import UndecodableBody

Document = Mapping[str, object]

# Beyond it, identifiers are not told apart.
MAX_ID_LENGTH = 200
# Groups, keys and contexts of one request; real ones have a handful.
MAX_ENTRIES = 10_000

_TOKENS = ("token", "$token", "api_key")


class UnreadableRequest(UndecodableBody):
    """A part of the body is not what it must be; the message names it."""


@dataclass(frozen=True, slots=True)
class FlagsRequest:
    """What is asked, and about whom; group keys and properties by the name of the group type."""

    distinct_id: str
    anonymous_id: str | None = None
    device_id: str | None = None
    groups: Mapping[str, str] = field(default_factory=dict)
    person_properties: Document = field(default_factory=dict)
    group_properties: Mapping[str, Document] = field(default_factory=dict)
    flag_keys: Sequence[str] | None = None
    contexts: frozenset[str] = frozenset()
    runtime: object = None


def token_of(body: object) -> str | None:
    """Return the project token in a body; None without one."""
    found = _first(body, _TOKENS) if isinstance(body, dict) else None
    return found if isinstance(found, str) and found else None


def is_disabled(body: object) -> bool:
    """Tell whether a body asks for everything but flags."""
    return isinstance(body, dict) and body.get("disable_flags") is True


def read_request(body: object) -> FlagsRequest:
    """Return what a body asks.

    :raises UnreadableRequest: when it is no object, names nobody, or a part has a wrong type.
    """
    if not isinstance(body, dict):
        raise UnreadableRequest("The body is not a JSON object.")
    properties = _object(body, "person_properties", "$properties")
    return FlagsRequest(
        distinct_id=_distinct_id(body),
        # An empty one is nobody's: everybody would be that person.
        anonymous_id=_text(_first(body, ("$anon_distinct_id", "anon_distinct_id"))) or None,
        device_id=_text(_first(body, ("$device_id", "device_id")))
        or _text(properties.get("$device_id")),
        groups=_groups(_object(body, "groups", "$groups")),
        person_properties=properties,
        group_properties=_group_properties(_object(body, "group_properties", "$group_properties")),
        flag_keys=_texts(body, "flag_keys_to_evaluate", "flag_keys"),
        contexts=frozenset(_texts(body, "evaluation_contexts", "evaluation_environments") or ()),
        runtime=body.get("evaluation_runtime"),
    )


def is_storable(identifier: str) -> bool:
    """Tell whether a database may know this identifier; it keeps no null character."""
    return unstorable_character(identifier) is None


def _distinct_id(body: Document) -> str:
    found = _first(body, ("distinct_id", "$distinct_id"))
    text = _text(found)
    if text is None:
        raise UnreadableRequest("The request has no distinct_id, or one that is no text.")
    return text[:MAX_ID_LENGTH]


def _first(body: Document, names: Sequence[str]) -> object:
    for name in names:
        found = body.get(name)
        if found is not None:
            return found
    return None


def _text(value: object) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number_text(value)
    return None


def _number_text(value: float) -> str:
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        # A whole number beyond 64 bits.
        return str(value) if abs(value) < 10**400 else ""


def _object(body: Document, *names: str) -> Document:
    found = _first(body, names)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise UnreadableRequest(f"{names[0]} is not an object.")
    return found


def _texts(body: Document, *names: str) -> list[str] | None:
    found = _first(body, names)
    if found is None:
        return None
    if not isinstance(found, list) or len(found) > MAX_ENTRIES:
        raise UnreadableRequest(f"{names[0]} is not a list of texts.")
    return [each for each in found if isinstance(each, str)]


def _groups(found: Document) -> dict[str, str]:
    texts = ((name, _text(key)) for name, key in found.items())
    return {name: text for name, text in texts if text is not None}


def _group_properties(found: Document) -> dict[str, Document]:
    return {name: each for name, each in found.items() if isinstance(each, dict)}
