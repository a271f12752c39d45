"""Where an experiment is in its life: derived from its dates; and where it may go from there."""

from datetime import datetime
from enum import StrEnum


class Status(StrEnum):
    """The states an experiment can be in."""

    DRAFT = "draft"
    RUNNING = "running"
    STOPPED = "stopped"


STATUS_CHOICES = [(status.value, status.value) for status in Status]
# What a running experiment is called while its flag lets nobody new in; no row has it.
EXPOSURE_FROZEN = "exposure_frozen"
SHOWN_CHOICES = [*STATUS_CHOICES, (EXPOSURE_FROZEN, EXPOSURE_FROZEN)]

# Every step of an experiment's life and the states it may be taken in.
TRANSITIONS = {
    "launch": {Status.DRAFT},
    "pause": {Status.RUNNING},
    "resume": {Status.RUNNING},
    "end": {Status.RUNNING},
    "freeze_exposure": {Status.RUNNING},
    "unfreeze_exposure": {Status.RUNNING},
    "ship_variant": {Status.RUNNING, Status.STOPPED},
    "archive": {Status.STOPPED},
    "unarchive": set(Status),
    "reset": {Status.RUNNING, Status.STOPPED},
}


def status_of(*, start_date: datetime | None, end_date: datetime | None) -> Status:
    """Return the status that these dates mean; without a start there is no running."""
    if start_date is None:
        return Status.DRAFT
    return Status.RUNNING if end_date is None else Status.STOPPED


def refusal_of(*, step: str, status: str) -> str | None:
    """Say why the step cannot be taken in this state, or return None when it can."""
    allowed = TRANSITIONS[step]
    if status in allowed:
        return None
    states = " or ".join(state for state in Status if state in allowed)
    return f"{step} needs a {states} experiment; this one is {status}."
