"""Every write to events, people and groups."""

from events.services.capture import capture
from events.services.forget import (
    delete_events_before,
    delete_person,
    forget_project,
    forget_projects_but,
)
from events.services.imports import import_lines
from events.services.people import merge

__all__ = [
    "capture",
    "delete_events_before",
    "delete_person",
    "forget_project",
    "forget_projects_but",
    "import_lines",
    "merge",
]
