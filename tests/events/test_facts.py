"""Facts follow events, merges and deletions, whatever the order in which they arrive."""

import random
from importlib import import_module

import pytest
from django.db import connections

from events.facts import (
    Matcher,
    SourceDefinition,
    Value,
    ValueKind,
    catch_up,
    delete_unused_sources,
    facts_alias,
    get_or_create_sources,
)
from events.models import Event, Source
from events.numbers import actor_number, stable_number
from events.selectors import find_person
from events.services import delete_person
from tests.events.conftest import PURCHASES, event


def buy(distinct_id="ann", **properties):
    return event("buy", distinct_id, properties=properties)


def identify(anonymous, user):
    return event("$identify", user, properties={"$anon_distinct_id": anonymous})


def test_facts__events_of_a_name__their_values(send, facts):
    send(buy(amount=3), event("other"), buy("bob", amount="4.5"), buy(amount="much"))

    ann, bob = actor_number("ann"), actor_number("bob")
    assert facts() == [(ann, 3), (bob, 4.5), (ann, 0)]


def test_facts__read_again__only_new_events_added(send, facts):
    send(buy(amount=1))
    facts()
    send(buy(amount=2))

    assert [value for _person, value in facts()] == [1, 2]


@pytest.mark.parametrize(
    ("definition", "count"),
    [
        (SourceDefinition((Matcher(None),)), 4),
        (SourceDefinition((Matcher("buy"), Matcher("view"))), 3),
        (SourceDefinition((Matcher("buy", ({"key": "plan", "value": "pro"},)),)), 1),
        (SourceDefinition((Matcher("nothing"),)), 0),
        (SourceDefinition((Matcher("buy", ({"key": "x", "operator": "no operator"},)),)), 0),
        (
            SourceDefinition(
                (Matcher(None, ({"type": "person", "key": "vip", "value": True},)),),
            ),
            2,
        ),
    ],
    ids=["any", "two_names", "filter", "nothing", "unreadable", "person"],
)
def test_facts__any_matchers__those_that_match(send, facts, definition, count):
    send(
        event("signup", properties={"$set": {"vip": True}}),
        buy("ann", plan="free"),
        buy("bob", plan="pro"),
        event("view", "bob"),
    )

    assert len(facts(definition)) == count


def test_facts__text_value__stable_number_or_null(send, facts):
    send(*[buy(session=value) for value in ("s1", "", None, True, 7, {"a": 1})])

    values = [value for _person, value in facts(TEXT)]
    assert values == [
        stable_number("s1"), None, None, stable_number("true"), stable_number("7"), None
    ]  # fmt: skip


TEXT = SourceDefinition((Matcher("buy"),), Value(ValueKind.TEXT, "session"))
OF_GROUPS = SourceDefinition((Matcher("buy"),), entity=0)


def test_facts__of_groups__by_their_keys(send, facts):
    send(buy("ann", **{"$group_0": "acme"}), buy("bob", **{"$group_0": "acme"}), buy("cyd"))

    assert facts(OF_GROUPS) == [(actor_number("acme"), 1)] * 2


def test_facts__of_groups_whose_index_is_not_stored__by_the_names_of_types(send, facts):
    send(buy(**{"$groups": {"company": "acme"}}))
    Event.objects.update(properties={"$groups": {"company": "acme"}})

    assert facts(OF_GROUPS) == [(actor_number("acme"), 1)]


@pytest.mark.parametrize("early", [True, False], ids=["before_the_merge", "after_the_merge"])
def test_facts__ids_merged__one_person(send, facts, project, early):
    send(buy("anon", amount=1), buy("ann", amount=2))
    if early:
        facts()
    send(identify("anon", "ann"), buy("anon", amount=3))

    person = find_person(project_id=project.pk, distinct_id="ann").person
    assert facts() == [(person, 1), (person, 2), (person, 3)]


def test_facts__person_deleted__gone_and_later_events_count_again(send, facts, project):
    send(buy("ann", amount=1), buy("bob", amount=2))
    facts()

    delete_person(project_id=project.pk, person=actor_number("ann"))
    send(buy("ann", amount=3))

    assert facts() == [(actor_number("bob"), 2), (actor_number("ann"), 3)]


@pytest.mark.parametrize("others", [1, 0])
def test_facts__person_of_a_group_deleted__out_of_the_facts_of_the_group(
    send, facts, project, others
):
    of_groups = SourceDefinition((Matcher("buy"),), Value(ValueKind.NUMBER, "amount"), entity=0)
    in_group = {"$groups": {"company": "acme"}, "$group_0": "acme"}
    send(buy(amount=1, **in_group), *[buy("bob", amount=2, **in_group)] * others)
    assert len(facts(of_groups)) == 1 + others

    delete_person(project_id=project.pk, person=actor_number("ann"))

    assert [value for _group, value in facts(of_groups)] == [2] * others


def test_facts__person_deleted_and_split__new_source_keeps_them_apart(send, facts, project):
    send(identify("anon", "ann"))
    delete_person(project_id=project.pk, person=actor_number("ann"))
    send(buy("anon"), buy("ann"))

    assert len({person for person, _value in facts()}) == 2


def test_facts__events_restored_from_an_older_backup__derived_anew(send, facts):
    send(buy(amount=1), buy(amount=2))
    facts()
    Event.objects.filter(properties__amount=2).update(key=b"another event...", properties={})

    assert [value for _person, value in facts()] == [1, 0]


def test_facts__chunk_after_chunk__all_of_them(send, facts, monkeypatch):
    send(*[buy(amount=number) for number in range(7)], identify("anon", "ann"))
    monkeypatch.setattr(import_module("events.facts.catch_up"), "CHUNK", 2)

    assert [value for _person, value in facts()] == list(range(7))


def test_facts__nothing_new__few_queries(send, facts, project, django_assert_max_num_queries):
    send(buy())
    facts()
    [source] = get_or_create_sources(project.pk, [PURCHASES])

    with django_assert_max_num_queries(12):
        catch_up(project.pk, [source])


def test_sources__same_definition__one_source(project, db):
    first = get_or_create_sources(project.pk, [PURCHASES, TEXT, PURCHASES])

    assert get_or_create_sources(project.pk, [TEXT, PURCHASES]) == [first[1], first[0]]
    assert first[0] == first[2]
    assert Source.objects.count() == 2


def test_sources__definition__survives_its_text():
    definition = SourceDefinition((Matcher("ü", ({"key": "a", "value": [1, None]},)),), entity=3)

    assert SourceDefinition.from_text(definition.as_text()) == definition


def test_sources__not_used_any_more__deleted_with_their_facts(send, facts, project):
    send(buy())
    facts()
    [kept] = get_or_create_sources(project.pk, [TEXT])

    assert delete_unused_sources(project.pk, used=[kept]) == 1
    assert [source.pk for source in Source.objects.all()] == [kept]
    with connections[facts_alias()].cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM events_fact")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("seed", range(20))
def test_facts__random_order_of_everything__every_event_at_its_person(send, facts, project, seed):
    chance = random.Random(seed)  # noqa: S311
    steps = [buy(f"{name}{half}", amount=1) for name in "abc" for half in "12" for _ in range(4)]
    steps += [identify(f"{name}1", f"{name}2") for name in "abc"]
    chance.shuffle(steps)
    while steps:
        send(*[steps.pop() for _ in range(min(len(steps), chance.randint(1, 5)))])
        if chance.random() < 0.5:
            facts()

    expected = {find_person(project_id=project.pk, distinct_id=f"{name}1").person for name in "abc"}
    found = [person for person, _value in facts()]
    assert {person: found.count(person) for person in found} == dict.fromkeys(expected, 8)
