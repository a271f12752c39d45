"""The facts of sources as a subquery over ClickHouse's events; pure."""

from collections.abc import Collection, Sequence

from events.clickhouse.conditions import ALWAYS, NEVER, condition
from events.clickhouse.literals import literal, literals
from events.clickhouse.properties import TEXTS, Kind
from events.clickhouse.property_sql import Property
from events.facts.definitions import Matcher, SourceDefinition, ValueKind
from events.facts.extraction import NO_UUID
from events.numbers import NOBODY

# The kinds of properties that are texts as values.
_SCALARS = (*TEXTS, Kind.BOOLEAN, Kind.NUMBER, Kind.HUGE)
_PERSON = "COALESCE(m.person, e.actor)"


def facts(project_id: int, definitions: Sequence[SourceDefinition], *, now: int) -> str:
    """Return the rows of the table of facts for these sources, numbered from 1."""
    return "\nUNION ALL\n".join(
        _facts_of(project_id, source, definition, now)
        for source, definition in enumerate(definitions, 1)
    )


def texts(
    project_id: int, definition: SourceDefinition, name: str, numbers: Collection[int], *, now: int
) -> str:
    """Return the numbers of a property's texts in a source's events, each with its text."""
    asked = Property(name, "e")
    number = _number_of_text(asked.text)
    return (
        f"SELECT {number} AS number, any({asked.text})"
        f" {_from(project_id, definition, now)} AND {_is_text(asked)}"
        f" AND {number} IN ({literals(sorted(numbers))}) GROUP BY number"
    )


def _facts_of(project_id: int, source: int, definition: SourceDefinition, now: int) -> str:
    entity, is_known = _PERSON, ""
    if definition.entity is not None:
        group = Property(f"$group_{definition.entity}", "e")
        entity = f"toInt64(bitShiftRight({_hash(group.text)}, 1))"
        is_known = f" AND {_is_text(group)}"
    return (
        f"SELECT toInt64({source}) AS source, {entity} AS person, e.ts AS ts, e.id AS event,"
        f" toNullable({_value(definition)}) AS value"
        f" {_from(project_id, definition, now)}{is_known}"
    )


def _from(project_id: int, definition: SourceDefinition, now: int) -> str:
    joins = (
        f" LEFT JOIN (SELECT actor, person FROM person_ids FINAL WHERE project_id = {project_id}"
        f" AND actor <> {NOBODY}) AS m ON m.actor = e.actor"
    )
    if needs_persons(definition):
        joins += (
            " LEFT JOIN (SELECT person, names, kinds, texts, numbers, instants FROM persons FINAL"
            f" WHERE project_id = {project_id}) AS p ON p.person = {_PERSON}"
        )
    names = definition.event_names
    where = f"e.project_id = {project_id}"
    if names is not None:
        where += f" AND e.event IN ({literals(sorted(names))})" if names else f" AND {NEVER}"
    matchers = " OR ".join(f"({_matched(each, now)})" for each in definition.matchers)
    return f"FROM events AS e FINAL{joins} WHERE {where} AND ({matchers or NEVER})"


def needs_persons(definition: SourceDefinition) -> bool:
    """Tell whether a source asks for properties of persons."""
    filters = [each for matcher in definition.matchers for each in matcher.filters]
    return any(map(_is_about_person, filters))


def _is_about_person(wanted: object) -> bool:
    return isinstance(wanted, dict) and wanted.get("type") == "person"


def _matched(matcher: Matcher, now: int) -> str:
    of_person = [each for each in matcher.filters if _is_about_person(each)]
    of_event = [each for each in matcher.filters if not _is_about_person(each)]
    found = [] if matcher.event is None else [f"e.event = {literal(matcher.event)}"]
    found.append(condition(of_event, alias="e", now=now))
    if of_person:
        found.append(condition(of_person, alias="p", now=now))
    return " AND ".join(f"({each})" for each in found if each != ALWAYS) or ALWAYS


def _value(definition: SourceDefinition) -> str:
    kind = definition.value.kind
    if kind is ValueKind.NONE:
        return "toFloat64(1)"
    if kind is ValueKind.PERSON:
        # As `person_value`.
        return f"toFloat64(bitShiftRight({_PERSON}, 10))"
    asked = Property(definition.value.property, "e")
    if kind is ValueKind.NUMBER:
        return asked.number_or_zero
    if kind is ValueKind.NUMBER_IF_ANY:
        return asked.number_if_any
    return f"if({_is_text(asked)}, toFloat64({_number_of_text(asked.text)}), NULL)"


def _is_text(asked: Property) -> str:
    return (
        f"{asked.kind} IN ({literals(map(int, _SCALARS))})"
        f" AND {asked.text} NOT IN ({literals(['', NO_UUID])})"
    )


def _number_of_text(text: str) -> str:
    """Return the number of a text, which is that of `stable_number`."""
    return f"bitShiftRight({_hash(text)}, 11)"


def _hash(text: str) -> str:
    return f"reinterpretAsUInt64(reverse(substring(SHA256({text}), 1, 8)))"
