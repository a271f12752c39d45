"""Bringing facts up to the watermark: new events first, then merges and deletions, in chunks."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django.db import connections, transaction

from events.facts.definitions import SourceDefinition, ValueKind
from events.facts.extraction import CohortMemberships, EventRow, Extractor, Fact, Properties
from events.facts.interface import Watermark
from events.facts.sources import START_OVER, delete_some_facts
from events.facts.watermarks import watermark
from events.group_keys import with_group_keys
from events.models import Event, Merge, Person, Source
from events.numbers import NOBODY, person_value
from events.registry import memberships_of
from events.routers import events_alias, facts_alias
from events.selectors import list_group_types

# A chunk is one transaction: long enough to be fast, short enough to lock nobody out.
CHUNK = 20_000
_PARAMETERS = 5
_ROWS_PER_STATEMENT = 1_000
_MERGES = 1_000
_ALL_EVENTS = 2**63 - 1
# Instead of a generation: no source has it.
_GONE = -1

_EVENTS = (
    "SELECT e.id, e.event, COALESCE(m.person, e.actor), e.ts, e.properties, e.key"
    " FROM events_event e LEFT JOIN events_mergedactor m"
    " ON m.project_id = e.project_id AND m.actor = e.actor"
    " WHERE e.project_id = %s AND e.id > %s AND e.id <= %s"
)


def catch_up(project_id: int, source_ids: Sequence[int]) -> Watermark:
    """Extract the facts of these sources up to the watermark of now, and return it.

    :raises Exception: as `generations_up_to`.
    """
    target = watermark(project_id)
    generations_up_to(target, project_id, source_ids)
    return target


def generations_up_to(
    target: Watermark, project_id: int, source_ids: Sequence[int]
) -> dict[int, int]:
    """Extract the facts of these sources up to a watermark; return the generation of each.

    Two callers at once do the work once: the second one waits for the source and finds it done.
    A source that fails does not keep the others from it.

    :raises Exception: what the first source failed with, after all of them.
    """
    memberships = memberships_of(project_id)
    found, failures = dict[int, int](), []
    for source_id in source_ids:
        try:
            while (generation := _advance(source_id, target, memberships)) is None:
                pass
            found[source_id] = generation
        except Exception as error:  # noqa: BLE001 (it is raised below)
            failures.append(error)
    if failures:
        raise failures[0]
    return found


def _advance(source_id: int, target: Watermark, memberships: CohortMemberships) -> int | None:
    """Do one chunk of a source; return the generation of its facts, or None when more is to do."""
    with transaction.atomic(using=facts_alias()):
        source = Source.objects.select_for_update().filter(pk=source_id).first()
        if source is None:
            return _GONE
        _check_newest_event(source)
        if source.events_seen == START_OVER:
            if not delete_some_facts(source.pk):
                source.events_seen = 0
        elif source.events_seen < target.event:
            _extract(source, target, memberships)
        else:
            _apply_merges(source, target)
        source.save(update_fields=["events_seen", "merges_seen", "last_key", "generation"])
        has_more = source.events_seen < target.event or source.merges_seen < target.merge
        return None if has_more else source.generation


def _extract(source: Source, target: Watermark, memberships: CohortMemberships) -> None:
    definition = SourceDefinition.from_text(source.definition)
    if not source.events_seen:
        # Events are read with the persons of today: earlier merges are in them already.
        source.merges_seen = max(source.merges_seen, target.merge)
    rows, keys = _event_rows(source, definition, target)
    extractor = Extractor(definition, memberships)
    persons = _person_properties(source.project_id, rows) if extractor.needs_persons else {}
    _insert(source.pk, extractor.facts(rows, persons))
    is_last = len(rows) < CHUNK
    source.events_seen = target.event if is_last else rows[-1].id
    source.last_key = _key_of(source.project_id, source.events_seen) if is_last else keys[-1]


def _event_rows(
    source: Source, definition: SourceDefinition, target: Watermark
) -> tuple[list[EventRow], list[bytes]]:
    sql = _EVENTS
    values: list[Any] = [source.project_id, source.events_seen, target.event]
    names = definition.event_names
    if names is not None:
        sql += f" AND e.event IN ({', '.join(['%s'] * len(names)) or 'NULL'})"
        values += sorted(names)
    connection = connections[events_alias()]
    column = Event._meta.get_field("properties")  # noqa: SLF001
    # Events that were stored before their types had indexes name their groups by types only.
    types = list_group_types(project_id=source.project_id) if definition.reads_groups else {}
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} ORDER BY e.id LIMIT {CHUNK}", values)
        found = cursor.fetchall()
    rows = []
    for pk, event, person, ts, stored, _key in found:
        properties = cast("Properties", column.from_db_value(stored, cast("Any", None), connection))
        rows.append(EventRow(pk, event, person, ts, with_group_keys(properties, types)))
    return rows, [bytes(row[5]) for row in found]


def _person_properties(project_id: int, rows: Sequence[EventRow]) -> Mapping[int, Properties]:
    wanted = sorted({row.person for row in rows})
    found: dict[int, Properties] = {}
    for start in range(0, len(wanted), _ROWS_PER_STATEMENT):
        some = wanted[start : start + _ROWS_PER_STATEMENT]
        persons = Person.objects.filter(project_id=project_id, person__in=some)
        found.update(persons.values_list("person", "properties"))
    return found


def _insert(source_id: int, facts: Sequence[Fact]) -> None:
    with connections[facts_alias()].cursor() as cursor:
        for start in range(0, len(facts), _ROWS_PER_STATEMENT):
            some = facts[start : start + _ROWS_PER_STATEMENT]
            places = ", ".join([f"({', '.join(['%s'] * _PARAMETERS)})"] * len(some))
            cursor.execute(
                f"INSERT INTO events_fact (source, person, ts, event, value) VALUES {places}"
                " ON CONFLICT DO NOTHING",
                [value for fact in some for value in (source_id, *fact)],
            )


def _apply_merges(source: Source, target: Watermark) -> None:
    definition = SourceDefinition.from_text(source.definition)
    found = Merge.objects.filter(
        project_id=source.project_id, id__gt=source.merges_seen, id__lte=target.merge
    )
    merges = list(found.exclude(old=NOBODY).order_by("id")[:_MERGES])
    newest = target.merge if len(merges) < _MERGES else merges[-1].pk
    # Another catch-up may have come further than the target of this one.
    seen, statements = max(source.merges_seen, newest), []
    if definition.entity is None:
        statements = [_rewriting(source.pk, merge) for merge in merges]
    elif any(merge.new is None for merge in merges):
        # Facts of groups do not tell whose events they are, so all are derived anew.
        _start_over(source)
    elif definition.value.kind is ValueKind.PERSON:
        statements = [
            _revaluing(source.pk, merge, merge.new) for merge in merges if merge.new is not None
        ]
    with connections[facts_alias()].cursor() as cursor:
        for sql, values in statements:
            cursor.execute(sql, values)
    source.merges_seen = seen


def _rewriting(source_id: int, merge: Merge) -> tuple[str, list[Any]]:
    if merge.new is None:
        sql = "DELETE FROM events_fact WHERE source = %s AND person = %s AND event <= %s"
        return sql, [source_id, merge.old, merge.upto]
    sql = "UPDATE events_fact SET person = %s WHERE source = %s AND person = %s AND event <= %s"
    return sql, [merge.new, source_id, merge.old, merge.upto or _ALL_EVENTS]


def _revaluing(source_id: int, merge: Merge, new: int) -> tuple[str, list[Any]]:
    sql = "UPDATE events_fact SET value = %s WHERE source = %s AND value = %s AND event <= %s"
    values = [person_value(new), source_id, person_value(merge.old)]
    return sql, [*values, merge.upto or _ALL_EVENTS]


def _check_newest_event(source: Source) -> None:
    """Start over when events were restored from an older backup.

    Other events have the same ids then, or none has. None has it either after the newest event was
    deleted: then the newest one that is left stands for it.
    """
    if source.events_seen <= 0:
        return
    key = _key_of(source.project_id, source.events_seen)
    if key == bytes(source.last_key):
        return
    if key or not _is_deleted(source):
        _start_over(source)
        return
    left = Event.objects.filter(project_id=source.project_id, pk__lt=source.events_seen)
    newest = left.order_by("-pk").values_list("pk", "key").first()
    if newest is not None:
        source.events_seen, source.last_key = newest


def _is_deleted(source: Source) -> bool:
    """Tell whether the newest event that a source has seen was deleted, with a person or by age."""
    return Merge.objects.filter(
        project_id=source.project_id, new=None, upto__gte=source.events_seen
    ).exists()


def _start_over(source: Source) -> None:
    source.events_seen, source.merges_seen, source.last_key = START_OVER, 0, b""
    source.generation += 1


def _key_of(project_id: int, event_id: int) -> bytes:
    keys = Event.objects.filter(project_id=project_id, pk=event_id).values_list("key", flat=True)
    found = keys.first()
    return bytes(found) if found is not None else b""
