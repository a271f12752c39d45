"""What a client may ask to be in a scheduled change."""

from datetime import datetime
from typing import Any, TypedDict

from scheduled_changes.documents import Document


class ScheduleChanges(TypedDict, total=False):
    """What shall change in a scheduled change: an absent key leaves its field alone."""

    record_id: str
    model_name: str
    payload: Document
    scheduled_at: datetime
    is_recurring: bool
    recurrence_interval: str | None
    cron_expression: str | None
    end_date: datetime | None


# What says when; fixed while others decide.
TIMES = ("scheduled_at", "is_recurring", "recurrence_interval", "cron_expression", "end_date")


def times_in(changes: ScheduleChanges) -> dict[str, Any]:
    """Return those of the changes that say when."""
    return {name: value for name, value in changes.items() if name in TIMES}
