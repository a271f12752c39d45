"""Lists of the names of events and properties, as queries ask for them."""

from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import BooleanField, Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import Lower

from core.db.folding import contains
from events.models import EventDefinition, EventProperty, PropertyDefinition

EVENT_TYPES = ("event", "event_custom", "event_posthog")
ORDERINGS = ("name", "created_at", "last_seen_at")


def list_event_definitions(
    *,
    project_id: int,
    names: Collection[str] | None = None,
    search: str = "",
    event_type: str = "",
    ordering: str = "",
) -> QuerySet[EventDefinition]:
    """Return the definitions of a project's events, by name unless ordered otherwise."""
    found = EventDefinition.objects.filter(project_id=project_id)
    if names is not None:
        found = found.filter(name__in=names)
    for word in search.split():
        found = found.filter(contains("name", word))
    if event_type == "event_posthog":
        found = found.filter(name__startswith="$")
    elif event_type == "event_custom":
        found = found.exclude(name__startswith="$")
    column, descends = ordering.removeprefix("-"), ordering.startswith("-")
    if column not in ORDERINGS:
        return found.order_by(Lower("name"), "name")
    order = Lower(column) if column == "name" else F(column)
    first = order.desc(nulls_last=True) if descends else order.asc(nulls_first=True)
    return found.order_by(first, Lower("name"), "name")


@dataclass(frozen=True)
class PropertyQuery:
    """What a list of property definitions asks for; empty members ask for nothing."""

    kind: int = PropertyDefinition.Kind.EVENT
    group_type_index: int = PropertyDefinition.NO_GROUP
    search: str = ""
    names: Collection[str] = ()
    excluded: Collection[str] = ()
    events: Collection[str] = ()
    only_of_events: bool = False
    is_numerical: bool | None = None
    is_feature_flag: bool | None = None
    without_core: bool = False
    flag_prefix: str = field(default="$feature/", init=False)


def list_property_definitions(
    *, project_id: int, query: PropertyQuery
) -> QuerySet[PropertyDefinition]:
    """Return the definitions of properties that match, by name, those of the events first."""
    found = PropertyDefinition.objects.filter(
        project_id=project_id, kind=query.kind, group_type_index=query.group_type_index
    )
    for word in query.search.split():
        found = found.filter(contains("name", word))
    if query.names:
        found = found.filter(name__in=query.names)
    if query.excluded:
        found = found.exclude(name__in=query.excluded)
    if query.is_numerical:
        found = found.filter(property_type="Numeric")
    found = _by_prefix(found, query.flag_prefix, query.is_feature_flag)
    found = _by_prefix(found, "$", False if query.without_core else None)
    return _by_events(found, project_id, query)


def _by_prefix(
    found: QuerySet[PropertyDefinition], prefix: str, wanted: bool | None
) -> QuerySet[PropertyDefinition]:
    if wanted is None:
        return found
    return (
        found.filter(name__startswith=prefix) if wanted else found.exclude(name__startswith=prefix)
    )


def _by_events(
    found: QuerySet[PropertyDefinition], project_id: int, query: PropertyQuery
) -> QuerySet[PropertyDefinition]:
    if not query.events:
        unknown = Value(None, output_field=BooleanField())
        return found.annotate(is_seen=unknown).order_by(Lower("name"), "name")
    seen = EventProperty.objects.filter(
        project_id=project_id, event__in=query.events, property=OuterRef("name")
    )
    found = found.annotate(is_seen=Exists(seen))
    if query.only_of_events:
        found = found.filter(is_seen=True)
    return found.order_by("-is_seen", Lower("name"), "name")


def events_with_property(*, project_id: int, events: Collection[str], name: str) -> dict[str, bool]:
    """Tell of each of these events whether it was seen with the property."""
    rows = EventProperty.objects.filter(project_id=project_id, event__in=events, property=name)
    seen = set(rows.values_list("event", flat=True))
    return {event: event in seen for event in events}


def unseen_events(*, project_id: int, names: Collection[str]) -> set[str]:
    """Return those names of which no event has arrived yet."""
    rows = EventDefinition.objects.filter(project_id=project_id, name__in=names)
    return set(names) - set(rows.exclude(last_seen_at=None).values_list("name", flat=True))
