"""What people say about an event's name, on its way to a service."""

from typing import TypedDict


class EventDefinitionChanges(TypedDict, total=False):
    """What shall change in a definition: an absent key leaves its field alone."""

    tags: list[str]
    description: str
    verified: bool
    hidden: bool
    enforcement_mode: str
    primary_property: str | None
