"""From events to facts, for one source; pure but for the properties of persons it is given."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from events.facts.definitions import Matcher, SourceDefinition, ValueKind
from events.numbers import actor_number, person_value, stable_number
from property_filters import Predicate, UnreadableFilter, compile_filters

Properties = Mapping[str, object]
PersonProperties = Callable[[Sequence[int]], Mapping[int, Properties]]

_NO_UUID = "00000000-0000-0000-0000-000000000000"


class EventRow(NamedTuple):
    """An event with the person that its actor belongs to."""

    id: int
    event: str
    person: int
    ts: int
    properties: Properties


class Fact(NamedTuple):
    """One row of facts, without its source."""

    person: int
    ts: int
    event: int
    value: float | None


class Extractor:
    """Extracts the facts of one source from events."""

    def __init__(self, definition: SourceDefinition) -> None:
        self._value = definition.value
        self._entity = definition.entity
        self._matchers = [_Matcher(each) for each in definition.matchers]
        self.needs_persons = any(each.needs_persons for each in self._matchers)

    def facts(self, rows: Iterable[EventRow], persons: Mapping[int, Properties]) -> list[Fact]:
        """Return the facts of these events, sorted as they are stored.

        `persons` holds the stored properties of persons; it is looked at by filters about them.
        """
        found = (self._fact(row, persons) for row in rows)
        return sorted((fact for fact in found if fact is not None), key=lambda fact: fact[:3])

    def _fact(self, row: EventRow, persons: Mapping[int, Properties]) -> Fact | None:
        if not any(matcher.matches(row, persons) for matcher in self._matchers):
            return None
        entity = row.person if self._entity is None else self._group(row.properties)
        return None if entity is None else Fact(entity, row.ts, row.id, self._value_of(row))

    def _group(self, properties: Properties) -> int | None:
        key = text_of_value(properties.get(f"$group_{self._entity}"))
        return actor_number(key) if key else None

    def _value_of(self, row: EventRow) -> float | None:
        if self._value.kind is ValueKind.NONE:
            return 1
        if self._value.kind is ValueKind.PERSON:
            return person_value(row.person)
        value = row.properties.get(self._value.property)
        if self._value.kind is ValueKind.NUMBER:
            return _number(value)
        text = text_of_value(value)
        return stable_number(text) if text and text != _NO_UUID else None


class _Matcher:
    def __init__(self, matcher: Matcher) -> None:
        about_persons = [each for each in matcher.filters if each.get("type") == "person"]
        about_events = [each for each in matcher.filters if each.get("type") != "person"]
        self._event = matcher.event
        self._of_event = _compiled(about_events)
        self._of_person = _compiled(about_persons)
        self.needs_persons = bool(about_persons)

    def matches(self, row: EventRow, persons: Mapping[int, Properties]) -> bool:
        return (
            (self._event is None or self._event == row.event)
            and self._of_event(row.properties)
            and (not self.needs_persons or self._of_person(persons.get(row.person, {})))
        )


def _compiled(filters: Sequence[Mapping[str, object]]) -> Predicate:
    try:
        return compile_filters(filters)
    except UnreadableFilter:
        # What cannot be read matches nothing; validation has refused it where it was written.
        return lambda _properties: False


def _number(value: object) -> float:
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return 0.0
    if isinstance(value, int | float):
        try:
            number = float(value)
        except OverflowError:
            return 0.0
        return number if math.isfinite(number) else 0.0
    return 0.0


def text_of_value(value: object) -> str:
    """Return a property as the text whose number facts have; empty for what is no text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None or isinstance(value, dict | list) else str(value)
