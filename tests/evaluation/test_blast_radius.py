"""user_blast_radius/: how many people, or groups, a condition reaches."""

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from cohorts.models import CohortMember
from cohorts.services import create_cohort
from evaluation import estimates
from events.models import MergedActor, Person
from tests import factories
from tests.assertions import assert_error
from tests.looping import in_one_test

PRO = {"key": "plan", "value": "pro", "operator": "exact", "type": "person"}


@pytest.fixture
def url(project):
    return f"/api/projects/{project.pk}/feature_flags/"


@pytest.fixture
def people(capture):
    for name, plan in (("user_1", "free"), ("user_2", "free"), ("user_3", "pro")):
        capture("signed up", name, **{"$set": {"plan": plan}})


@pytest.fixture
def reach(client, url):
    def reach(*properties):
        body = {"condition": {"properties": list(properties)}}
        answer = client.post(f"{url}user_blast_radius/", body).json()
        return answer["affected"], answer["total"]

    return reach


@pytest.fixture
def static(project, ada, holdout):
    def static(*distinct_ids):
        uuids = list(
            Person.objects.filter(distinct_id__in=distinct_ids).values_list("uuid", flat=True)
        )
        cohort = create_cohort(
            project=project,
            values={"name": "Beta", "is_static": True},
            actor=ada,
            now=holdout.created_at,
            person_uuids=uuids,
        )
        return {"type": "cohort", "key": "id", "value": cohort.pk, "operator": "in"}

    return static


RADII = [
    ({"properties": []}, 3),
    ({"properties": [PRO], "rollout_percentage": 50}, 2),
    ({"properties": [PRO | {"operator": "is_not"}]}, 1),
    ({}, 3),
]


@pytest.mark.parametrize(("condition", "reached"), RADII, ids=range(len(RADII)))
def test_blast_radius__of_properties__counts_stored_people(
    client, url, capture, condition, reached
):
    for name, plan in (("user_1", "pro"), ("user_2", "pro"), ("user_3", "free")):
        capture("signed up", name, **{"$set": {"plan": plan}})
    answer = client.post(f"{url}user_blast_radius/", {"condition": condition}).json()
    assert answer == {
        "affected": reached,
        "total": 3,
        "users_affected": reached,
        "total_users": 3,
    }


def test_blast_radius__of_a_cohort__counts_its_members(client, url, capture, project, ada):
    for name in ("user_1", "user_2"):
        capture("signed up", name, **{"$set": {"plan": "pro"}})
    uuid = str(Person.objects.get(distinct_id="user_1").uuid)
    cohorts = f"/api/projects/{project.pk}/cohorts/"
    body = {"name": "Beta", "is_static": True, "_create_static_person_ids": [uuid]}
    static = client.post(cohorts, body).json()["id"]
    dynamic = factories.make_cohort(project, ada).pk
    for pk, reached in ((static, 1), (dynamic, 2)):
        wanted = {"type": "cohort", "key": "id", "value": pk, "operator": "in"}
        body = {"condition": {"properties": [wanted]}}
        assert client.post(f"{url}user_blast_radius/", body).json()["affected"] == reached


def test_blast_radius__of_groups__counts_stored_groups(client, url, capture):
    for name, tier in (("acme", "gold"), ("other", "tin")):
        group = {"$group_type": "company", "$group_key": name, "$group_set": {"tier": tier}}
        capture("$groupidentify", "user_1", **group)
    wanted = {"key": "tier", "value": "gold", "type": "group", "group_type_index": 0}
    body = {"condition": {"properties": [wanted]}, "group_type_index": 0}
    answer = client.post(f"{url}user_blast_radius/", body).json()
    assert (answer["affected"], answer["total"]) == (1, 2)


@in_one_test(
    ("body", "attr", "code"),
    [
        ({}, "condition", "required"),
        ({"condition": []}, "condition", "not_a_dict"),
        ({"condition": {"properties": 7}}, "condition", "invalid_input"),
        (
            {"condition": {"properties": [PRO | {"operator": "near"}]}},
            "condition",
            "invalid_operator",
        ),
        ({"condition": {}, "group_type_index": 9}, "group_type_index", "max_value"),
    ],
    ids=range(5),
)
def test_blast_radius__unreadable_condition__refused(client, url, body, attr, code):
    assert_error(client.post(f"{url}user_blast_radius/", body), 400, code, attr)


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(("seconds", "affected"), [(-1, 3), (60, 1)], ids=["newest", "all"])
def test_blast_radius__no_time_for_everybody__is_estimated(monkeypatch, reach, seconds, affected):
    monkeypatch.setattr(estimates, "MAX_SECONDS", seconds)

    assert reach(PRO) == (affected, 3)


@pytest.mark.usefixtures("people")
def test_blast_radius__many_portions__all_are_looked_at(monkeypatch, reach, static):
    monkeypatch.setattr(estimates, "_PORTION", 2)

    assert reach(static("user_1", "user_3")) == (2, 3)


def test_blast_radius__more_than_are_looked_at__is_estimated(monkeypatch, people, reach):
    monkeypatch.setattr(estimates, "MAX_SAMPLE", 2)

    assert reach(PRO) == (2, 3)


@pytest.mark.usefixtures("people")
def test_blast_radius__static_cohort__loads_members_of_nobody_else(reach, static, project):
    wanted = static("user_1")
    members = [
        CohortMember(cohort_id=static()["value"], project_id=project.pk, person=number)
        for number in range(1_000, 3_000)
    ]
    CohortMember.objects.bulk_create(members)

    with CaptureQueriesContext(connections[MergedActor.objects.db]) as queries:
        assert reach(wanted) == (1, 3)
    assert not any("1999" in query["sql"] for query in queries)


@in_one_test(
    ("properties", "code"),
    [
        ([PRO | {"operator": "regex", "value": "(?=a)"}], "invalid_value"),
        ([PRO | {"operator": "regex", "value": "a"}] * 101, "invalid_value"),
        ([PRO | {"value": ["x"] * 1001}], "invalid_input"),
        ([PRO | {"operator": "gt", "value": ["1"]}], "invalid_value"),
        ([PRO | {"type": "group", "group_type_index": 0}], "invalid_input"),
        ([{"type": "cohort", "key": "id", "value": 10**9}], "invalid_input"),
    ],
    ids=range(6),
)
def test_blast_radius__condition_that_no_flag_can_have__refused(client, url, properties, code):
    body = {"condition": {"properties": properties}}
    assert_error(client.post(f"{url}user_blast_radius/", body), 400, code, "condition")


def test_blast_radius__of_another_flag__cannot_be_estimated(client, url, project):
    needed = factories.make_flag(project, "needed")
    wanted = {
        "type": "flag",
        "key": str(needed.pk),
        "operator": "flag_evaluates_to",
        "value": True,
    }
    response = client.post(f"{url}user_blast_radius/", {"condition": {"properties": [wanted]}})
    assert_error(response, 400, "invalid_input", "condition")
    assert "another flag" in response.json()["detail"]
