"""What events say about groups: their types and properties."""

from collections.abc import Sequence
from datetime import datetime

from events.models import Group, GroupType
from events.selectors import list_group_types
from events.storable import storable
from events.stores.locks import take_merge_lock
from events.wire import CapturedEvent, text_of

GROUP_IDENTIFY = "$groupidentify"
MAX_TYPES = 5
MAX_KEY = 400


def apply(*, project_id: int, events: Sequence[CapturedEvent], now: datetime) -> None:
    """Store new group types and the properties of groups, in the order of the events."""
    # Nearly all events of a batch name the same types, which are looked up once.
    seen: set[str] = set()
    for event in events:
        if event.event == GROUP_IDENTIFY:
            _identify(project_id, event, now)
        elif isinstance(named := event.properties.get("$groups"), dict):
            names = map(text_of, list(named)[:MAX_TYPES])
            for name in [each for each in names if each not in seen]:
                seen.add(name)
                _type_index(project_id, name, now)


def _identify(project_id: int, event: CapturedEvent, now: datetime) -> None:
    name = text_of(event.properties.get("$group_type"))
    key = text_of(event.properties.get("$group_key"))[:MAX_KEY]
    index = _type_index(project_id, name, now) if name and key else None
    if index is None:
        return
    changes = event.properties.get("$group_set")
    place = {"project_id": project_id, "type_index": index, "key": key}
    Group.objects.bulk_create([Group(**place, created_at=now)], ignore_conflicts=True)
    group = Group.objects.select_for_update().get(**place)
    if isinstance(changes, dict) and changes:
        group.properties = group.properties | storable(changes)
        group.save(update_fields=["properties"])


def _type_index(project_id: int, name: str, now: datetime) -> int | None:
    """Return the index of a group type, new ones included; None when all five are taken."""
    known = list_group_types(project_id=project_id)
    if not name or name in known:
        return known.get(name)
    take_merge_lock(project_id)
    known = list_group_types(project_id=project_id)
    if name in known or len(known) >= MAX_TYPES:
        return known.get(name)
    GroupType.objects.create(project_id=project_id, name=name, index=len(known), created_at=now)
    return len(known)
