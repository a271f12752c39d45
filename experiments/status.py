"""Where an experiment is in its life: derived from its dates."""

from datetime import datetime
from enum import StrEnum


class Status(StrEnum):
    """The states an experiment can be in."""

    DRAFT = "draft"
    RUNNING = "running"
    STOPPED = "stopped"


STATUS_CHOICES = [(status.value, status.value) for status in Status]


def status_of(*, start_date: datetime | None, end_date: datetime | None) -> Status:
    """Return the status that these dates mean; without a start there is no running."""
    if start_date is None:
        return Status.DRAFT
    return Status.RUNNING if end_date is None else Status.STOPPED
