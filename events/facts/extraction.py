"""From events to facts, for one source; pure but for the properties of persons it is given."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, cast

from events.facts.definitions import Filter, Matcher, SourceDefinition, ValueKind
from events.numbers import (
    LARGEST_VALUE,
    SMALLEST_VALUE,
    actor_number,
    person_value,
    stable_number,
)
from events.registry import Membership
from property_filters import Predicate, UnreadableFilter, compile_filters
from property_filters.texts import text_of

Properties = Mapping[str, object]
CohortMemberships = Callable[[int], Membership]

NO_UUID = "00000000-0000-0000-0000-000000000000"


def _no_cohorts(_cohort_id: int) -> Membership:
    return lambda _person, _properties: False


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

    def __init__(
        self, definition: SourceDefinition, membership_of: CohortMemberships = _no_cohorts
    ) -> None:
        self._value = definition.value
        self._entity = definition.entity
        self._matchers = [_Matcher(each, membership_of) for each in definition.matchers]
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
            return _number(value) or 0.0
        if self._value.kind is ValueKind.NUMBER_IF_ANY:
            return _number(value)
        text = text_of_value(value)
        return stable_number(text) if text and text != NO_UUID else None


class _Matcher:
    def __init__(self, matcher: Matcher, membership_of: CohortMemberships) -> None:
        self._event = matcher.event
        self._of_event = _compiled(_of_types(matcher, other=True))
        self._of_person = _compiled(_of_types(matcher, "person"))
        self._cohorts = [
            (membership_of(cast("int", each["value"])), each.get("operator") != "not_in")
            for each in _of_types(matcher, "cohort")
        ]
        self.needs_persons = bool(_of_types(matcher, "person", "cohort"))

    def matches(self, row: EventRow, persons: Mapping[int, Properties]) -> bool:
        if not (
            (self._event is None or self._event == row.event) and self._of_event(row.properties)
        ):
            return False
        if not self.needs_persons:
            return True
        person = persons.get(row.person, {})
        return self._of_person(person) and all(
            is_member(row.person, person) is is_wanted for is_member, is_wanted in self._cohorts
        )


def _of_types(matcher: Matcher, *types: str, other: bool = False) -> list[Filter]:
    """Return the filters of these types, or the other ones: those about the event."""
    chosen = types or ("person", "cohort")
    return [each for each in matcher.filters if (each.get("type") in chosen) is not other]


def _compiled(filters: Sequence[Mapping[str, object]]) -> Predicate:
    try:
        return compile_filters(filters)
    except UnreadableFilter:
        # What cannot be read matches nothing; validation has refused it where it was written.
        return lambda _properties: False


def _number(value: object) -> float | None:
    """Return a property as a number; None for what is none, or too large to compute with."""
    if not isinstance(value, bool | str | int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    if abs(number) < SMALLEST_VALUE:
        return 0.0
    return number if abs(number) <= LARGEST_VALUE else None


def text_of_value(value: object) -> str:
    """Return a property as the text whose number facts have; empty for what is no text."""
    return "" if value is None or isinstance(value, dict | list) else text_of(value)
