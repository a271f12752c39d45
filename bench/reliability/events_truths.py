"""What must hold of events after any run of senders, whatever broke meanwhile."""

from collections import Counter

from django.db import connections

from bench.reliability.senders import Sent
from events.facts import (
    Matcher,
    SourceDefinition,
    Value,
    ValueKind,
    catch_up,
    facts_alias,
    get_or_create_sources,
)
from events.models import Event
from events.numbers import event_key
from events.selectors import find_person
from tenants.models import Project

PURCHASES = SourceDefinition((Matcher("purchase"),), Value(ValueKind.NUMBER, "amount"))


def violations(sent: Sent) -> dict[str, list[str]]:
    """Return, for each truth, what contradicts it."""
    stored = [
        (bytes(key), event, distinct_id, properties)
        for key, event, distinct_id, properties in Event.objects.values_list(
            "key", "event", "distinct_id", "properties"
        )
    ]
    keys = Counter(key for key, _event, _distinct_id, _properties in stored)
    by_batch = Counter(str(properties["batch"]) for *_rest, properties in stored)
    return {
        "every acknowledged event is stored": _lost(sent, keys),
        "no event is stored twice": [key.hex() for key, count in keys.items() if count > 1],
        "a batch is stored whole or not at all": [
            batch for batch, uuids in sent.batches.items() if by_batch[batch] not in (0, len(uuids))
        ],
        "who was declared one person is one person": _apart(sent),
        "facts are those of the events, each once": _facts(stored),
    }


def _lost(sent: Sent, keys: Counter[bytes]) -> list[str]:
    # Stored events do not have their uuid: what they are recognised by follows from it.
    return [uuid for uuid, rest in sent.acknowledged.items() if event_key(uuid, *rest) not in keys]


def _apart(sent: Sent) -> list[str]:
    project = Project.objects.get().pk
    return [
        f"{old} and {new}"
        for old, new in set(sent.merged)
        if find_person(project_id=project, distinct_id=old).person
        != find_person(project_id=project, distinct_id=new).person
    ]


def _facts(stored: list[tuple[bytes, str, str, dict[str, object]]]) -> list[str]:
    project = Project.objects.get().pk
    sources = get_or_create_sources(project, [PURCHASES])
    catch_up(project, sources)
    with connections[facts_alias()].cursor() as cursor:
        cursor.execute("SELECT COUNT(*), SUM(value) FROM events_fact WHERE source = %s", sources)
        found = cursor.fetchone()
    amounts = [float(str(p["amount"])) for _key, event, _id, p in stored if event == "purchase"]
    expected = (len(amounts), sum(amounts))
    return [] if tuple(found) == expected else [f"{found}, not {expected}"]
