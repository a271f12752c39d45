"""What events say about groups: their types and properties."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from core.db.transactions import attempted
from events.group_keys import group_key, group_types_in, is_type_name, with_group_keys
from events.models import Group, GroupType
from events.routers import events_alias
from events.selectors import list_group_types
from events.services.limits import limited
from events.storable import storable
from events.stores.locks import take_merge_lock
from events.wire import CapturedEvent, text_of

GROUP_IDENTIFY = "$groupidentify"
MAX_TYPES = 5
_ROWS_PER_STATEMENT = 200

Types = Mapping[str, int]


def known_types(*, project_id: int, events: Sequence[CapturedEvent], now: datetime) -> Types:
    """Return the indexes of the group types that events name; new ones get the next index.

    A project has five types, in the order in which events named them. Of others there is nothing.
    """
    names = dict.fromkeys(name for event in events for name in _types_in(event))
    if not names:
        return {}
    types = list_group_types(project_id=project_id)
    if len(types) >= MAX_TYPES or types.keys() >= names.keys():
        return types
    return attempted(lambda: _with_new_types(project_id, [*names], now))


def in_groups(events: Sequence[CapturedEvent], types: Types) -> list[CapturedEvent]:
    """Return the events with the keys of their groups by the indexes of the types."""
    if not types:
        return [*events]
    return [
        replace(each, properties=dict(with_group_keys(each.properties, types))) for each in events
    ]


def apply(*, project_id: int, events: Sequence[CapturedEvent], types: Types, now: datetime) -> None:
    """Change the properties of groups, in the order of the events; each group is written once."""
    changes: dict[int, dict[str, dict[str, object]]] = {}
    for event in events:
        properties = event.properties
        index = types.get(text_of(properties.get("$group_type")))
        key = group_key(properties.get("$group_key"))
        if event.event == GROUP_IDENTIFY and index is not None and key:
            sent = storable(properties.get("$group_set"))
            of_group = changes.setdefault(index, {}).setdefault(key, {})
            of_group.update(sent if isinstance(sent, dict) else {})
    for index, of_type in sorted(changes.items()):
        keys = sorted(of_type)
        for start in range(0, len(keys), _ROWS_PER_STATEMENT):
            some = keys[start : start + _ROWS_PER_STATEMENT]
            _write(project_id, index, {key: of_type[key] for key in some}, now)


def _types_in(event: CapturedEvent) -> Iterator[str]:
    if event.event == GROUP_IDENTIFY and group_key(event.properties.get("$group_key")):
        name = text_of(event.properties.get("$group_type"))
        if is_type_name(name):
            yield name
    yield from group_types_in(event.properties)


def _with_new_types(project_id: int, names: Sequence[str], now: datetime) -> Types:
    with transaction.atomic(using=events_alias(), durable=True):
        take_merge_lock(project_id)
        types = list_group_types(project_id=project_id)
        for name in names:
            if name not in types and len(types) < MAX_TYPES:
                types[name] = len(types)
                GroupType.objects.create(
                    project_id=project_id, name=name, index=types[name], created_at=now
                )
    return types


def _write(
    project_id: int, index: int, changes: Mapping[str, dict[str, object]], now: datetime
) -> None:
    place = {"project_id": project_id, "type_index": index}
    new = [Group(**place, key=key, created_at=now) for key in changes]
    Group.objects.bulk_create(new, ignore_conflicts=True)
    rows = Group.objects.select_for_update().filter(**place, key__in=changes).order_by("key")
    changed = []
    for group in rows:
        after = limited(group.properties, changes[group.key])
        if after != group.properties:
            group.properties = after
            changed.append(group)
    Group.objects.bulk_update(changed, ["properties"])
