"""POST /flags and the definitions feed: conditions on members of cohorts."""

import pytest

from cohorts.services import add_persons, create_cohort, update_cohort
from events.models import Person
from tests import factories
from tests.cohorts.definitions import cohort, definition, person


@pytest.fixture
def make(project, ada, holdout):
    def make(*conditions, **values):
        sent = {"name": "Pro", "filters": definition(*conditions or [person()])} | values
        return create_cohort(project=project, values=sent, actor=ada, now=holdout.created_at)

    return make


@pytest.fixture
def ask_for(client, project):
    def ask_for(found, operator="in", key="members"):
        wanted = {"key": "id", "type": "cohort", "value": found.pk, "operator": operator}
        groups = [{"properties": [wanted], "rollout_percentage": 100}]
        url = f"/api/projects/{project.pk}/feature_flags/"
        response = client.post(url, {"key": key, "filters": {"groups": groups}})
        assert response.status_code == 201, response.content

    return ask_for


PRO, FREE = {"plan": "pro"}, {"plan": "free"}


def test_cohort__of_properties__decides(sdk, make, ask_for):
    found = make()
    ask_for(found)
    ask_for(found, "not_in", key="others")
    assert sdk.values(person_properties=PRO) == {"members": True, "others": False}
    assert sdk.values(person_properties=FREE) == {"members": False, "others": True}


def test_cohort__nested_and_negated__decides(sdk, make, ask_for):
    inner = make()
    outer = make(cohort(inner.pk, negation=True))
    ask_for(make(cohort(outer.pk, operator="not_in")), key="twice")
    ask_for(outer)
    assert sdk.values(person_properties=PRO) == {"members": False, "twice": True}
    assert sdk.values(person_properties=FREE) == {"members": True, "twice": False}


# Nobody of these has an age above 18.
@pytest.mark.parametrize("age", [{}, {"age": None}, {"age": "unknown"}, {"age": [20]}], ids=str)
def test_cohort__negated_comparison_without_an_answer__is_met(sdk, make, ask_for, age):
    adult = person("age", "18", "gt")
    ask_for(make(adult | {"negation": True}), key="negated")
    ask_for(make(adult), "not_in", key="others")
    ask_for(make(adult), key="adults")
    expected = {"adults": False, "negated": True, "others": True}
    assert sdk.values(person_properties=age) == expected


def test_cohort__stored_properties__decide(sdk, make, ask_for, capture):
    ask_for(make())
    capture("signed up", "user_1", **{"$set": PRO})
    assert sdk.values("user_1") == {"members": True}
    assert sdk.values("user_2") == {"members": False}


def test_cohort__changed__is_served_at_once(sdk, make, ask_for, project, ada, holdout):
    found = make()
    ask_for(found)
    assert sdk.values(person_properties=FREE) == {"members": False}
    changes = {"filters": definition(person(value="free"))}
    update_cohort(
        project=project, cohort_id=found.pk, changes=changes, actor=ada, now=holdout.created_at
    )
    assert sdk.values(person_properties=FREE) == {"members": True}


def test_cohort__changed_from_1_to_true__is_served_at_once(
    sdk, make, ask_for, project, ada, holdout
):
    found = make(person(value=1))
    ask_for(found)
    assert sdk.values(person_properties={"plan": True}) == {"members": False}
    changes = {"filters": definition(person(value=True))}
    update_cohort(
        project=project, cohort_id=found.pk, changes=changes, actor=ada, now=holdout.created_at
    )
    assert sdk.values(person_properties={"plan": True}) == {"members": True}


def test_cohort__static__has_its_members(sdk, make, ask_for, project, capture):
    found = make(is_static=True, filters={})
    ask_for(found)
    capture("signed up", "user_1", **{"$set": PRO})
    assert sdk.values("user_1") == {"members": False}
    uuids = [Person.objects.get(distinct_id="user_1").uuid]
    add_persons(project=project, cohort_id=found.pk, person_uuids=uuids)
    assert sdk.values("user_1") == {"members": True}
    assert sdk.values("user_2") == {"members": False}
    capture("$identify", "user_9", **{"$anon_distinct_id": "user_1"})
    assert sdk.values("user_9") == {"members": True}


def test_definitions__cohorts_that_flags_ask_for__are_in_the_feed(sdk, ada, make, ask_for, project):
    inner, static, _unused = make(), make(is_static=True, filters={}), make()
    outer = make(cohort(inner.pk), cohort(static.pk))
    ask_for(outer)
    ask_for(static, key="named")
    path = f"/flags/definitions?token={project.api_token}&send_cohorts"
    bearer = f"Bearer {factories.make_key(ada, 'feature_flag:read')}"
    shown = sdk.client.get(path, headers={"Authorization": bearer}).json()["cohorts"]
    assert shown == {
        str(inner.pk): inner.filters["properties"],
        str(outer.pk): outer.filters["properties"],
    }
