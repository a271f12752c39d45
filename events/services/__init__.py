"""Every write to events, people and groups."""

from events.services.capture import capture
from events.services.forget import (
    delete_events_before,
    delete_person,
    forget_in_log,
    forget_project,
    forget_projects_but,
)
from events.services.imports import import_lines
from events.services.people import merge
from events.services.taxonomy import (
    create_event_definition,
    delete_event_definition,
    update_event_definition,
)

__all__ = [
    "capture",
    "create_event_definition",
    "delete_event_definition",
    "delete_events_before",
    "delete_person",
    "forget_in_log",
    "forget_project",
    "forget_projects_but",
    "import_lines",
    "merge",
    "update_event_definition",
]
