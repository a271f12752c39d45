"""What SDKs send: one event, a list of events, or a batch, read into captured events."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from core.characters import REPLACEMENT, encodable
from core.identifiers import uuid7_text
from events.event_times import event_time, read_time
from events.numbers import actor_number, event_key

Document = Mapping[str, object]

MAX_EVENTS = 20_000
MAX_NAME = 200
MAX_DISTINCT_ID = 200
MAX_TOKEN = 64
# Lists and objects within each other; databases and serializers have limits of their own above it.
MAX_DEPTH = 100
_TOKENS = ("token", "api_key", "$token")
_PERSONAL_KEY_PREFIX = "phx_"
# The members of an event that belong to its properties.
_MOVED = ("$set", "$set_once", "$unset")


class BadEvents(ValueError):
    """The body holds no events that can be kept: 400."""


class BadToken(ValueError):
    """There is no project token, or none that could be one: 401."""


@dataclass(frozen=True, slots=True)
class CapturedEvent:
    """One event as it is stored; `ts` is in microseconds since 1970 UTC."""

    key: bytes
    event: str
    actor: int
    distinct_id: str
    ts: int
    properties: dict[str, object]


@dataclass(frozen=True, slots=True)
class Batch:
    """The events of one request, and the token of the project they belong to."""

    token: str
    events: list[CapturedEvent]


def read_batch(
    body: object, *, now: int, sent: int | None = None, name: str | None = None
) -> Batch:
    """Return the events in a decoded body.

    `now` is the time of receipt, `sent` the client's time from the query string, in microseconds.
    `name` is that of an event which comes alone and has none.

    :raises BadEvents: when there are none, too many, or one of them is not an event.
    :raises BadToken: when no token, a malformed one, or several different ones are sent.
    """
    events, envelope = _split(body)
    is_alone = bool(events) and events[0] is envelope
    if name is not None and is_alone and envelope.get("event") is None:
        events = [{**envelope, "event": name}]
    if not events:
        raise BadEvents("The body holds no events.")
    stated = read_time(envelope.get("sent_at"))
    sent = stated if stated is not None else sent
    token = _token(envelope, events)
    return Batch(token, [read_event(event, now=now, sent=sent) for event in events])


def read_event(event: Document, *, now: int, sent: int | None = None) -> CapturedEvent:
    """Return one event as it is stored; its time is corrected by the client's clock `sent`.

    :raises BadEvents: when it has no name, no distinct id, a malformed uuid or too many levels.
    """
    if not _stays_shallow(event):
        raise BadEvents(f"An event may be nested {MAX_DEPTH} levels deep.")
    name = event.get("event")
    if not isinstance(name, str) or not name:
        raise BadEvents("Every event needs a name in `event`.")
    name = storable_text(name)[:MAX_NAME]
    distinct_id = _distinct_id(event)
    return CapturedEvent(
        key=event_key(_uuid(event), name, distinct_id),
        event=name,
        actor=actor_number(distinct_id),
        distinct_id=distinct_id,
        ts=event_time(event, now=now, sent=sent),
        properties=_kept_properties(event),
    )


def distinct_id_of(value: object) -> str:
    """Return a distinct id as it is stored; empty when the value is none."""
    return text_of(value)[:MAX_DISTINCT_ID]


def text_of(value: object) -> str:
    """Return a distinct id, a group key or the like as text, with characters that can be stored."""
    if value is None:
        return ""
    return storable_text(value if isinstance(value, str) else _json_text(value))


def storable_text(text: str) -> str:
    """Return the text with U+FFFD for NUL and for halves of surrogate pairs."""
    if text.isascii() and "\0" not in text:
        # Nearly all of them.
        return text
    return encodable(text.replace("\0", REPLACEMENT))


def _split(body: object) -> tuple[list[Document], Document]:
    envelope: Document = {}
    if isinstance(body, Mapping):
        batch = body.get("batch")
        envelope, body = body, batch if isinstance(batch, list) else [body]
    if not isinstance(body, list):
        raise BadEvents("The body must be an event, a list of events or a batch.")
    if len(body) > MAX_EVENTS:
        raise BadEvents(f"A request may hold at most {MAX_EVENTS} events.")
    if not all(isinstance(event, Mapping) for event in body):
        raise BadEvents("Every event must be an object.")
    return body, envelope


def _token(envelope: Document, events: Sequence[Document]) -> str:
    found = _first(envelope, _TOKENS)
    if found is None:
        tokens = [token for event in events if (token := _token_of(event)) is not None]
        found = next(iter(tokens), None)
        if any(token != found for token in tokens):
            raise BadToken("The events of one request must have the same project token.")
    return _checked_token(found)


def _token_of(event: Document) -> object:
    return _first(event, _TOKENS) or _first(_properties(event), ("token",))


def _checked_token(token: object) -> str:
    if not isinstance(token, str) or not token:
        raise BadToken("Send the project token as `api_key` or `token`.")
    if len(token) > MAX_TOKEN or not token.isascii() or "\0" in token:
        raise BadToken("The project token is malformed.")
    if token.startswith(_PERSONAL_KEY_PREFIX):
        raise BadToken(
            "This is a personal API key. Send the project token, which starts with phc_."
        )
    return token


def _distinct_id(event: Document) -> str:
    found = _first(event, ("distinct_id", "$distinct_id"))
    if found is None:
        found = _first(_properties(event), ("distinct_id", "$distinct_id"))
    text = distinct_id_of(found)
    if not text:
        raise BadEvents("Every event needs a distinct_id.")
    return text


def _stays_shallow(event: Document) -> bool:
    """Tell whether an event has few enough levels, also with all of its properties in one place."""
    moved = ({"properties": {name: event[name]}} for name in _MOVED if name in event)
    return _is_shallow(event) and all(map(_is_shallow, moved))


def _is_shallow(event: Document) -> bool:
    """Tell whether no more than so many lists and objects lie within each other."""
    level: list[Any] = [event]
    for _ in range(MAX_DEPTH):
        # Level by level: a call for each of millions of lists would take seconds.
        within = (each.values() if isinstance(each, dict) else each for each in level)
        level = [each for each in chain.from_iterable(within) if isinstance(each, (dict, list))]
        if not level:
            return True
    return False


def _uuid(event: Document) -> str:
    stated = event.get("uuid")
    if stated is None or stated == "":
        return uuid7_text()
    try:
        return str(uuid.UUID(stated if isinstance(stated, str) else ""))
    except ValueError:
        raise BadEvents("The uuid of an event is malformed.") from None


def _kept_properties(event: Document) -> dict[str, object]:
    properties = dict(_properties(event))
    properties.pop("token", None)
    for name in _MOVED:
        if name in event:
            properties[name] = _joined(properties.get(name), event[name])
    return properties


def _joined(within: object, beside: object) -> object:
    """Return what an event says in its properties and beside them; what stands beside wins.

    Browsers say in both places: what the page sets, and where the visitor came from at first.
    """
    if isinstance(within, Mapping) and isinstance(beside, Mapping):
        return {**within, **beside}
    if isinstance(within, list) and isinstance(beside, list):
        return [*within, *beside]
    return beside or within


def _properties(event: Document) -> Document:
    found = event.get("properties")
    return found if isinstance(found, Mapping) else {}


def _first(document: Document, names: Sequence[str]) -> object:
    return next((document[name] for name in names if document.get(name) is not None), None)


def _json_text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
