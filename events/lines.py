"""Events as lines of JSON: what is exported, and what is imported from here or elsewhere."""

import re
import uuid
from codecs import BOM_UTF8
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import orjson

from core.http.sdk_bodies import UndecodableBody, parse_lenient_json
from events.event_times import FIRST_TIME
from events.wire import BadEvents, CapturedEvent, read_event

MAX_LINE_BYTES = 20 * 1024 * 1024
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_KEY = re.compile(r"[0-9a-f]{32}\Z")


def line_of(*, key: bytes, event: str, distinct_id: str, ts: int, properties: str) -> bytes:
    """Return an event as a line; `ts` is in microseconds since 1970, `properties` is JSON text.

    `key` is what this server recognises the event by. The `uuid` is made of it, for others.
    """
    members = {
        "uuid": str(uuid.UUID(bytes=key)),
        "event": event,
        "distinct_id": distinct_id,
        # Earlier versions stored times before the first year.
        "timestamp": (_EPOCH + timedelta(microseconds=max(ts, FIRST_TIME))).isoformat(),
        "key": key.hex(),
        "properties": orjson.Fragment(properties),
    }
    return orjson.dumps(members, option=orjson.OPT_APPEND_NEWLINE)


def read_line(line: bytes, *, now: int) -> CapturedEvent:
    """Return the event in a line of this server's exports or of the hosted service's.

    `now` is in microseconds since 1970. An event without a uuid gets one that follows from its
    line, so that a file can be imported again.

    :raises BadEvents: when the line is not an event.
    """
    if len(line) > MAX_LINE_BYTES:
        raise BadEvents("The line is too long.")
    # Editors and spreadsheets put one in front of a file.
    line = line.removeprefix(BOM_UTF8)
    document = _object(line, "The line")
    properties = document.get("properties")
    if isinstance(properties, str):
        # So do exports that come from tables.
        text = properties.encode("utf-8", "surrogatepass")
        document["properties"] = _object(text, "`properties`")
    if not document.get("uuid"):
        document["uuid"] = str(uuid.uuid5(uuid.NAMESPACE_OID, line.strip().hex()))
    event = read_event(document, now=now)
    key = document.get("key")
    if isinstance(key, str) and _KEY.match(key):
        return replace(event, key=bytes.fromhex(key))
    return event


def _object(text: bytes, what: str) -> dict[str, object]:
    try:
        # Like the body of a capture, with which it may have come.
        document = parse_lenient_json(text)
    except UndecodableBody:
        raise BadEvents(f"{what} is not JSON.") from None
    if not isinstance(document, Mapping):
        raise BadEvents(f"{what} is not a JSON object.")
    return dict(document)
