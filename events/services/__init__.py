"""Every write to events, people and groups."""

from events.services.capture import capture
from events.services.forget import delete_person, forget_project
from events.services.people import merge

__all__ = ["capture", "delete_person", "forget_project", "merge"]
