import itertools
import json
import random

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from events.models import Merge, MergedActor
from events.numbers import actor_number
from events.routers import events_alias
from events.selectors import find_person
from tests.events.conftest import event


def identify(anonymous, user, **properties):
    return event("$identify", user, properties={"$anon_distinct_id": anonymous, **properties})


def person_of(project, distinct_id):
    return find_person(project_id=project.pk, distinct_id=distinct_id)


def test_identify__anonymous_and_user__one_person(send, project):
    send(identify("anon", "ann"))

    assert person_of(project, "anon").person == person_of(project, "ann").person


def test_identify__again__no_second_merge(send):
    send(identify("anon", "ann"), identify("anon", "ann"))

    assert Merge.objects.count() == 1


@pytest.mark.parametrize("order", [*itertools.permutations(range(4))], ids=str)
def test_merges__any_order__everybody_is_one_person(send, project, order):
    merges = [identify("a", "b"), identify("c", "b"), identify("c", "d"), identify("e", "a")]

    for index in order:
        send(merges[index])

    assert len({person_of(project, name).person for name in "abcde"}) == 1


def test_alias__other_id__one_person(send, project):
    send(event("$create_alias", "ann", properties={"alias": "old", "distinct_id": "ann"}))

    assert person_of(project, "old").person == person_of(project, "ann").person


@pytest.mark.parametrize("nobody", ["undefined", "null", "anonymous", "0", "[object Object]", ""])
def test_identify__id_of_nobody__not_merged(send, nobody):
    send(identify(nobody, "ann"))

    assert not MergedActor.objects.exists()


def test_set__several_events__latest_wins_and_once_stays(send, project):
    send(
        event(properties={"$set": {"plan": "free"}, "$set_once": {"first": 1}}),
        event(properties={"$set": {"plan": "pro"}, "$set_once": {"first": 2}}),
    )

    assert person_of(project, "ann").properties == {"first": 1, "plan": "pro"}


def test_set__beside_the_properties__same(send, project):
    send(event(**{"$set": {"plan": "pro"}, "$set_once": {"first": 1}}))

    assert person_of(project, "ann").properties == {"first": 1, "plan": "pro"}


@pytest.mark.parametrize(
    ("within", "beside", "properties"),
    [
        ({"$set": {"plan": "pro"}}, {"$set": {"fbc": "1"}}, {"plan": "pro", "fbc": "1"}),
        ({"$set": {"plan": "free"}}, {"$set": {"plan": "pro"}}, {"plan": "pro"}),
        # The first `setPersonProperties` of posthog-js.
        (
            {"$set": {"plan": "pro"}, "$set_once": {}},
            {"$set_once": {"$initial_referrer": "$direct"}},
            {"plan": "pro", "$initial_referrer": "$direct"},
        ),
        ({"$set": {"plan": "pro"}}, {"$set": None}, {"plan": "pro"}),
    ],
)
def test_set__in_the_properties_and_beside__both(send, project, within, beside, properties):
    send(event(properties=within, **beside))

    assert person_of(project, "ann").properties == properties


def test_unset__in_the_properties_and_beside__both(send, project):
    send(event(properties={"$set": {"plan": "pro", "age": 40, "name": "Ann"}}))

    send(event(properties={"$unset": ["plan"]}, **{"$unset": ["age"]}))

    assert person_of(project, "ann").properties == {"name": "Ann"}


def test_set__many_events_of_two_people__few_statements(send, project):
    send(event("buy"), event("buy", "bob"))
    changes = [
        event("buy", who, properties={"$set": {"last": number}, "$set_once": {"first": number}})
        for number in range(20)
        for who in ("ann", "bob")
    ]

    with CaptureQueriesContext(connections[events_alias()]) as few:
        send(*changes)

    assert person_of(project, "ann").properties == {"first": 0, "last": 19}
    assert person_of(project, "bob").properties == {"first": 0, "last": 19}
    written = [each["sql"] for each in few if "events_person" in each["sql"]]
    assert len(written) == 4


@pytest.mark.parametrize("seed", range(5))
def test_people__one_batch_or_one_by_one__same(send, project, foreign_project, visitor, seed):
    rng = random.Random(seed)  # noqa: S311
    names = ["a", "b", "c", "d"]
    events = [
        rng.choice([identify, lambda _old, new, **rest: event("x", new, properties=rest)])(
            rng.choice(names), rng.choice(names), **{"$set": {rng.choice("pq"): number}}
        )
        for number in range(25)
    ]

    send(*events)
    for each in events:
        body = {"api_key": foreign_project.api_token, "batch": [each]}
        visitor.post("/batch/", json.dumps(body), content_type="application/json")

    for name in names:
        together, apart = person_of(project, name), person_of(foreign_project, name)
        assert (together.person, together.properties) == (apart.person, apart.properties)


def test_unset__one_of_two__gone(send, project):
    send(event(properties={"$set": {"a": 1, "b": 2}}), event(properties={"$unset": ["a"]}))

    assert person_of(project, "ann").properties == {"b": 2}


def test_set__no_profile_wanted__nothing_stored(send, project):
    send(event(properties={"$set": {"a": 1}, "$process_person_profile": False}))

    assert person_of(project, "ann").properties == {}


def test_merge__both_have_properties__those_of_the_user_win(send, project):
    send(
        event(distinct_id="anon", properties={"$set": {"plan": "free", "seen": 1}}),
        event(properties={"$set": {"plan": "pro"}}),
        identify("anon", "ann"),
    )

    assert person_of(project, "anon").properties == {"plan": "pro", "seen": 1}


def test_merge__other_project__apart(send, project, foreign_project):
    send(identify("anon", "ann"))

    assert person_of(foreign_project, "anon").person == actor_number("anon")


def test_set__beyond_the_limit__new_names_left_out(send, project):
    send(event(properties={"$set": {f"name {number}": 1 for number in range(1000)}}))
    send(event(properties={"$set": {"another": 2, "name 5": 2}, "$set_once": {"once": 1}}))

    stored = person_of(project, "ann").properties
    assert len(stored) == 1000
    assert stored["name 5"] == 2
    assert not {"another", "once"} & stored.keys()


def test_merge__beyond_the_limit__properties_of_the_person_who_stays_kept(send, project):
    send(event(distinct_id="anon", properties={"$set": {f"a {n}": 1 for n in range(600)}}))
    send(event(properties={"$set": {f"b {n}": 1 for n in range(600)}}))
    send(identify("anon", "ann"))

    stored = person_of(project, "ann").properties
    assert len(stored) == 1000
    assert len([name for name in stored if name.startswith("b")]) == 600


def test_identify__thousand_in_a_batch__a_few_statements(send, project):
    with CaptureQueriesContext(connections[events_alias()]) as statements:
        send(*[identify(f"anon {number}", f"user {number // 2}") for number in range(1000)])

    assert person_of(project, "anon 7").person == person_of(project, "user 3").person
    assert Merge.objects.count() == 1000
    assert len(statements) < 60


def test_identify__long_chain__everybody_is_one_person(send, project):
    send(*[identify(f"id {number}", f"id {number + 1}") for number in range(300)])
    send(identify("id 300", "ann"), event(distinct_id="id 0", properties={"$set": {"a": 1}}))

    ids = [person_of(project, f"id {number}").person for number in (0, 150, 300)]
    assert ids == [person_of(project, "ann").person] * 3
    assert person_of(project, "ann").properties == {"a": 1}
