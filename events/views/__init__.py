"""The endpoints of events."""

from events.views.capture import batch, capture, engage
from events.views.definitions import EventDefinitionViewSet, PropertyDefinitionViewSet
from events.views.people import GroupTypeViewSet, PersonViewSet

__all__ = [
    "EventDefinitionViewSet",
    "GroupTypeViewSet",
    "PersonViewSet",
    "PropertyDefinitionViewSet",
    "batch",
    "capture",
    "engage",
]
