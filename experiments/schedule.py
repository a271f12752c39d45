"""The times that a scheduling configuration carries, next to whatever else it holds."""

from collections.abc import Mapping
from datetime import UTC, datetime

# What is done at the time, by the key that carries the time.
STEPS = {"launch_at": "launch", "end_at": "end"}


class BadTime(ValueError):
    """Raised for a time that cannot be read; the message says which."""


def scheduled_times(config: Mapping[str, object] | None) -> dict[str, datetime]:
    """Return when each step is wanted, in UTC; a time without a zone counts as UTC.

    :raises BadTime: when a time is no ISO 8601 date and time, or the end is not after the launch.
    """
    times = {}
    for key, step in STEPS.items():
        value = (config or {}).get(key)
        if value is not None:
            times[step] = _read(key, value)
    if "launch" in times and "end" in times and times["launch"] >= times["end"]:
        raise BadTime("end_at must be after launch_at.")
    return times


def without_times(config: Mapping[str, object] | None) -> dict[str, object] | None:
    """Return the configuration without its times: a copy is nothing anybody has scheduled."""
    if config is None:
        return None
    return {key: value for key, value in config.items() if key not in STEPS}


def _read(key: str, value: object) -> datetime:
    try:
        time = datetime.fromisoformat(value) if isinstance(value, str) else None
        if time is not None:
            return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise BadTime(f"{key} must be a date and time such as 2026-01-31T09:00:00Z, or null.")
