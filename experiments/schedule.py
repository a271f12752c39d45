"""The times that a scheduling configuration carries, next to whatever else it holds."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches

# What is done at the time, by the key that carries the time.
STEPS = {"launch_at": "launch", "end_at": "end"}
# Clocks differ, and requests take a moment.
GRACE = timedelta(minutes=1)
_MEANT = {"launchat": "launch_at", "startat": "launch_at", "endat": "end_at", "stopat": "end_at"}
_ABOUT_TIMES = re.compile(r"launch|start|begin|end|stop|finish|schedule", re.IGNORECASE)


class BadTime(ValueError):
    """Raised for a time that cannot be read or kept; the message says which."""


def scheduled_times(config: Mapping[str, object] | None) -> dict[str, datetime]:
    """Return when each step is wanted, in UTC; a time without a zone counts as UTC.

    :raises BadTime: when a time is no ISO 8601 date and time, or the end is not after the launch.
    """
    times = {}
    for key, step in STEPS.items():
        value = (config or {}).get(key)
        if value is not None:
            time = _read(key, value)
            times[step] = time.replace(tzinfo=UTC) if time.tzinfo is None else _utc(key, time)
    if "launch" in times and "end" in times and times["launch"] >= times["end"]:
        raise BadTime("end_at must be after launch_at.")
    return times


def check_new_times(
    config: Mapping[str, object] | None,
    *,
    stored: Mapping[str, object] | None,
    over: Mapping[str, str],
    now: datetime,
) -> None:
    """Check what is new in a configuration: every time has a zone, and is still to come.

    :param over: why a step cannot be taken any more, by the key that carries its time.
    :raises BadTime: for the first thing that would not happen as it is meant.
    """
    new = {
        key: value
        for key, value in (config or {}).items()
        if value is not None and value != (stored or {}).get(key)
    }
    for key, value in new.items():
        if key in STEPS:
            _check_to_come(key, value, now)
            if key in over:
                raise BadTime(f"{key} would not happen: {over[key]}.")
        elif meant := _meant(key, value):
            raise BadTime(f"There is no member '{key}'. Do you mean {meant}?")


def without_times(config: Mapping[str, object] | None) -> dict[str, object] | None:
    """Return the configuration without its times: a copy is nothing anybody has scheduled."""
    if config is None:
        return None
    return {
        key: value for key, value in config.items() if key not in STEPS and not _meant(key, value)
    }


def _check_to_come(key: str, value: object, now: datetime) -> None:
    time = _read(key, value)
    if time.tzinfo is None:
        raise BadTime(f"{key} needs a time zone, such as 2026-01-31T09:00:00Z or +01:00.")
    if _utc(key, time) < now - GRACE:
        raise BadTime(f"{key} is in the past. Leave it out and call the step itself to do it now.")


def _meant(key: str, value: object) -> str | None:
    letters = re.sub(r"[^a-z]", "", key.lower())
    near = get_close_matches(letters, _MEANT, n=1, cutoff=0.76)
    if near:
        return _MEANT[near[0]]
    # Any other name for a time would be kept, and nothing would happen.
    is_time = isinstance(value, str) and _parsed(value) is not None
    return " or ".join(STEPS) if is_time and _ABOUT_TIMES.search(key) else None


def _read(key: str, value: object) -> datetime:
    time = _parsed(value) if isinstance(value, str) else None
    if time is None:
        raise BadTime(f"{key} must be a date and time such as 2026-01-31T09:00:00Z, or null.")
    return time


def _parsed(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _utc(key: str, time: datetime) -> datetime:
    try:
        return time.astimezone(UTC)
    except OverflowError:
        raise BadTime(f"{key} is out of range.") from None
