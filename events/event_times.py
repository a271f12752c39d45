"""When an event happened: its timestamp, corrected by the clock of the client."""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime

# An event cannot lie further in the future than this: such a clock is wrong.
_MAX_AHEAD_MICROSECONDS = 23 * 60 * 60 * 1_000_000
_EPOCH = 0
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_MAX_TEXT = 64
_DATE_ONLY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_SHORT_ZONE = re.compile(r"([+-]\d{2})\Z")
_LONG_FRACTION = re.compile(r"(\.\d{6})\d+")
_NUMBER = re.compile(r"-?\d{1,20}(?:\.\d{1,20})?\Z")
# Unix times above it are milliseconds: as seconds they would lie after the year 5138.
_FIRST_MILLISECONDS = 100_000_000_000
# The years 1 to 9999, which calendars here know.
FIRST_TIME, LAST_TIME = -62_135_596_800_000_000, 253_402_300_799_999_999
# More milliseconds than there are in all these years.
_LONGEST_OFFSET = 10**15


def event_time(event: Mapping[str, object], *, now: int, sent: int | None) -> int:
    """Return when an event happened, in microseconds since 1970 UTC.

    `now` is the time of receipt and `sent` the client's time of sending, both in microseconds. The
    difference between timestamp and `sent` is trusted, the client's clock is not. An `offset` in
    milliseconds replaces the timestamp. What lies more than 23 hours ahead is now.
    """
    time = _claimed(event, now=now, sent=sent)
    if not FIRST_TIME <= time <= LAST_TIME:
        return _EPOCH
    return now if time > now + _MAX_AHEAD_MICROSECONDS else time


def read_time(value: object) -> int | None:
    """Return a time as clients write it, in microseconds; None when it cannot be read."""
    if isinstance(value, bool) or value is None:
        return None
    text = str(value).strip() if isinstance(value, str | int | float) else ""
    if not text or len(text) > _MAX_TEXT:
        return None
    if _NUMBER.match(text):
        return _from_unix(float(text))
    return _from_iso(text)


def _claimed(event: Mapping[str, object], *, now: int, sent: int | None) -> int:
    offset = event.get("offset")
    if isinstance(offset, int | float) and not isinstance(offset, bool):
        return now - round(max(-_LONGEST_OFFSET, min(offset, _LONGEST_OFFSET)) * 1000)
    stated = event.get("timestamp")
    time = read_time(stated)
    if time is None:
        return _out_of_range(stated, now)
    if sent is None or _ignores_sent_at(event):
        return time
    return now + (time - sent)


def _ignores_sent_at(event: Mapping[str, object]) -> bool:
    properties = event.get("properties")
    return isinstance(properties, Mapping) and properties.get("$ignore_sent_at") is True


def _out_of_range(stated: object, now: int) -> int:
    # A year that calendars here do not know is a time, if a useless one.
    has_year = isinstance(stated, str) and re.match(r"[+-]?\d{5,}-\d{2}-\d{2}", stated.strip())
    return _EPOCH if has_year else now


def _from_unix(number: float) -> int | None:
    if not math.isfinite(number):
        return None
    factor = 1000 if abs(number) >= _FIRST_MILLISECONDS else 1_000_000
    return round(number * factor)


def _from_iso(text: str) -> int | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return _from_odd_iso(text)
    return _microseconds(moment)


def _from_odd_iso(text: str) -> int | None:
    if _DATE_ONLY.match(text):
        text += "T00:00:00"
    text = _LONG_FRACTION.sub(r"\1", text.replace("z", "Z"))
    if "T" in text[10:] or " " in text[10:11]:
        text = _SHORT_ZONE.sub(r"\1:00", text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return _microseconds(moment)


def _microseconds(moment: datetime) -> int | None:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    try:
        delta = aware - _BEGINNING
    except OverflowError:
        return None
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds
