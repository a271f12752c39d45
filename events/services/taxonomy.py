"""Records names of events and properties, and what people say about them."""

import logging
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, models, transaction

from core import preconditions
from core.db.transactions import attempted
from core.exceptions import NotFound, RuleBroken
from events.definition_input import EventDefinitionChanges
from events.models import EventDefinition, EventProperty, PropertyDefinition
from events.property_types import property_type
from events.routers import events_alias
from events.selectors import list_group_types
from events.wire import CapturedEvent, storable_text, text_of

Kind = PropertyDefinition.Kind
# Kind, index of the group type, name.
_Property = tuple[int, int, str]
# Kind, name of the event or of the group type.
_Place = tuple[int, str]

MAX_NAME = 400
# A client that makes names up does not fill the database: more than that are not noted.
MOST_EVENTS, MOST_PROPERTIES, MOST_PAIRS = 5_000, 10_000, 50_000
# One request does not take seconds for it; what is beyond is noted when it comes in an hour.
_MOST_AT_ONCE = 3_000
_SECONDS_BETWEEN_NOTES = 60
_SECONDS_OF_PROPERTIES = 3600
_FORGOTTEN_AT = 200_000
_ROWS_PER_STATEMENT = 500

_logger = logging.getLogger(__name__)


class DefinitionExists(RuleBroken):
    """Raised for a second definition of the same event."""

    default_detail = "There is an event definition with this name already."


class _Noted:
    """What this process has noted: names for a minute, properties for at most an hour."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.since = time.monotonic()
        self.names: dict[tuple[int, str], float] = {}
        self.properties: dict[tuple[int, _Place], set[str]] = {}
        self.count = 0

    def new_names(self, project_id: int, names: Collection[str]) -> list[str]:
        before = time.monotonic() - _SECONDS_BETWEEN_NOTES
        return sorted(
            name for name in names if self.names.get((project_id, name), before) <= before
        )

    def has_new_properties(self, project_id: int, event: CapturedEvent) -> bool:
        return any(
            not document.keys() <= self.properties.get((project_id, place), frozenset())
            for place, document in _documents_of(event)
        )

    def add(self, project_id: int, names: Collection[str], new: Sequence[CapturedEvent]) -> None:
        now = time.monotonic()
        for name in names:
            self.names[project_id, name] = now
        for event in new:
            for place, document in _documents_of(event):
                known = self.properties.setdefault((project_id, place), set())
                self.count += len(document.keys() - known)
                known.update(document)
        is_old = now > self.since + _SECONDS_OF_PROPERTIES
        if is_old or self.count + len(self.names) > _FORGOTTEN_AT:
            # A backup may have been restored meanwhile, which has fewer names.
            self.clear()


noted = _Noted()


def note_names(*, project_id: int, events: Sequence[CapturedEvent], now: datetime) -> None:
    """Note the names of stored events and of their properties, unless that was done just now.

    The events are stored by then: a failure is logged, and the names are noted with the next ones.
    """
    names = noted.new_names(project_id, {event.event for event in events})
    new = [event for event in events if noted.has_new_properties(project_id, event)]
    if not names and not new:
        return
    try:
        attempted(lambda: _note(project_id, names, new, now))
    except Exception:
        _logger.exception("The names of events could not be noted.")
    else:
        noted.add(project_id, names, new)


def create_event_definition(
    *, project_id: int, values: EventDefinitionChanges, name: str, now: datetime
) -> EventDefinition:
    """Define an event before the first one arrives.

    :raises DefinitionExists: when it has a definition.
    """
    definition = EventDefinition(
        project_id=project_id, name=name, created_at=now, last_updated_at=now, **values
    )
    try:
        with transaction.atomic(using=events_alias()):
            definition.save(force_insert=True)
    except IntegrityError:
        raise DefinitionExists(attr="name") from None
    return definition


def update_event_definition(
    *, project_id: int, definition_id: UUID, changes: EventDefinitionChanges, now: datetime
) -> EventDefinition:
    """Change what people say about an event.

    :raises NotFound: when it was deleted meanwhile.
    """
    with transaction.atomic(using=events_alias()):
        definition = _locked(project_id, definition_id)
        for name, value in changes.items():
            setattr(definition, name, value)
        definition.last_updated_at = now
        definition.save(update_fields=[*changes, "last_updated_at"])
    return definition


def delete_event_definition(*, project_id: int, definition_id: UUID) -> None:
    """Delete the definition of an event; it comes back with the next such event.

    :raises NotFound: when it was deleted meanwhile.
    """
    with transaction.atomic(using=events_alias()):
        definition = _locked(project_id, definition_id)
        EventProperty.objects.filter(project_id=project_id, event=definition.name).delete()
        definition.delete()
    noted.clear()


def _locked(project_id: int, definition_id: UUID) -> EventDefinition:
    rows = EventDefinition.objects.select_for_update().filter(project_id=project_id)
    found = rows.filter(pk=definition_id).first()
    if found is None:
        raise NotFound
    preconditions.check(found)
    return found


def _note(
    project_id: int, names: Sequence[str], new: Sequence[CapturedEvent], now: datetime
) -> None:
    with transaction.atomic(using=events_alias()):
        _note_events(project_id, names, now)
        types = list_group_types(project_id=project_id) if new else {}
        _note_properties(
            project_id, (each for event in new for each in _properties_of(event, types))
        )
        found = {(e.event, storable_text(name)) for e in new for name in e.properties}
        pairs = sorted((event, name) for event, name in found if _fits(name))
        _insert(
            EventProperty.objects.filter(project_id=project_id),
            [
                EventProperty(project_id=project_id, event=event, property=name)
                for event, name in pairs[:_MOST_AT_ONCE]
            ],
            MOST_PAIRS,
        )


def _note_events(project_id: int, names: Sequence[str], now: datetime) -> None:
    rows = EventDefinition.objects.filter(project_id=project_id)
    known = set(rows.filter(name__in=names).values_list("name", flat=True))
    # In the order of names, so that two of these do not wait for each other.
    for name in names:
        if name in known:
            rows.filter(name=name).update(last_seen_at=now)
    missing = [
        EventDefinition(
            project_id=project_id, name=name, created_at=now, last_updated_at=now, last_seen_at=now
        )
        for name in names
        if name not in known
    ]
    _insert(rows, missing, MOST_EVENTS)


def _note_properties(project_id: int, found: Iterable[tuple[_Property, object]]) -> None:
    typed: dict[_Property, str] = {}
    for each, value in found:
        if each not in typed and len(typed) == _MOST_AT_ONCE:
            continue
        # The first value that has a type; null has none.
        typed[each] = typed.get(each) or property_type(each[2], value)
    rows = PropertyDefinition.objects.filter(project_id=project_id)
    for row in rows.filter(property_type="") if any(typed.values()) else ():
        row.property_type = typed.get((row.kind, row.group_type_index, row.name), "")
        if row.property_type:
            row.save(update_fields=["property_type"])
    new = [
        PropertyDefinition(
            project_id=project_id,
            kind=kind,
            group_type_index=index,
            name=name,
            property_type=typed[kind, index, name],
        )
        for kind, index, name in sorted(typed)
    ]
    _insert(rows, new, MOST_PROPERTIES)


def _documents_of(event: CapturedEvent) -> Iterator[tuple[_Place, Mapping[str, object]]]:
    """Return where names of properties stand in an event: its own, of the person, of the group."""
    properties = event.properties
    yield (Kind.EVENT, event.event), properties
    for change in ("$set", "$set_once"):
        if isinstance(changes := properties.get(change), dict):
            yield (Kind.PERSON, ""), changes
    if isinstance(changes := properties.get("$group_set"), dict):
        yield (Kind.GROUP, text_of(properties.get("$group_type"))), changes


def _properties_of(
    event: CapturedEvent, types: dict[str, int]
) -> Iterator[tuple[_Property, object]]:
    for (kind, place), document in _documents_of(event):
        index = types.get(place) if kind == Kind.GROUP else PropertyDefinition.NO_GROUP
        if index is not None:
            for name, value in document.items():
                yield (kind, index, storable_text(name)), value


def _fits(name: str) -> bool:
    return 0 < len(name) <= MAX_NAME


def _insert(rows: models.QuerySet[models.Model], new: Sequence[models.Model], most: int) -> None:
    fitting = [each for each in new if _fits(getattr(each, "name", "x"))]
    if fitting and rows.count() < most:
        rows.model._default_manager.bulk_create(  # noqa: SLF001
            fitting[:most], ignore_conflicts=True, batch_size=_ROWS_PER_STATEMENT
        )
