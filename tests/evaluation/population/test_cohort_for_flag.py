"""create_static_cohort_for_flag/: who comes in, and how."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from cohorts.models import Cohort, CohortCalculation
from evaluation import population
from evaluation.models import KeptIdentifier
from feature_flags.models import FeatureFlag
from tests.assertions import assert_error, assert_invalid
from tests.client import Client
from tests.evaluation.population.people import PROS, is_pro

pytestmark = pytest.mark.django_db(transaction=True)


def test_cohort_for_flag__stored_persons__those_it_serves(
    client, base, people, make_flag, cohort_of, members
):
    created = cohort_of(make_flag(is_pro()))

    assert (created["is_static"], created["is_calculating"], created["count"]) == (True, True, 0)
    assert "pro" in created["name"]
    assert members(created) == PROS
    shown = client.get(f"{base}cohorts/{created['id']}/").json()
    assert (shown["is_calculating"], shown["count"]) == (False, 3)
    assert shown["last_calculation"]


def test_cohort_for_flag__history__tells_how_many_came(
    client, base, people, make_flag, cohort_of, finish
):
    created = cohort_of(make_flag(is_pro()))
    finish()

    page = client.get(f"{base}cohorts/{created['id']}/calculation_history/").json()

    [entry] = page["results"]
    assert (entry["count"], entry["is_completed"], entry["is_successful"]) == (3, True, True)
    assert entry["total_query_ms"] >= 0


def test_cohort_for_flag__share_of_people__those_whom_flags_answers(
    project, people, make_flag, cohort_of, members
):
    flag = make_flag(rollout=50)

    def is_served(person):
        body = json.dumps({"token": project.api_token, "distinct_id": person})
        answer = Client().post("/flags/?v=2", body, content_type="application/json")
        return answer.json()["flags"]["pro"]["enabled"]

    assert members(cohort_of(flag)) == {each for each in people if is_served(each)}


def test_cohort_for_flag__kept_identifier__decides(project, people, make_flag, cohort_of, members):
    flag = make_flag(rollout=50, ensure_experience_continuity=True)
    before = members(cohort_of(flag))
    outside = next(each for each in people if each not in before)
    inside = next(iter(before))
    KeptIdentifier.objects.create(
        project_id=project.pk,
        person=people[outside].person,
        flag_key="pro",
        identifier=inside,
    )

    assert members(cohort_of(flag)) == before | {outside}


def test_cohort_for_flag__kept_identifier_of_a_flag_it_depends_on__decides(
    project, people, make_flag, cohort_of, members
):
    first = make_flag(rollout=50, ensure_experience_continuity=True)
    wanted = {"key": str(first["id"]), "type": "flag", "operator": "flag_evaluates_to"}
    flag = make_flag(wanted | {"value": True}, key="dependent")
    before = members(cohort_of(first))
    outside = next(each for each in people if each not in before)
    KeptIdentifier.objects.create(
        project_id=project.pk,
        person=people[outside].person,
        flag_key="pro",
        identifier=next(iter(before)),
    )

    assert members(cohort_of(flag)) == before | {outside}


def test_cohort_for_flag__asks_for_a_static_cohort__its_members(
    client, base, people, make_flag, cohort_of, members
):
    uuids = [str(people[name].uuid) for name in ("user_3", "user_4")]
    body = {"name": "Two", "is_static": True, "_create_static_person_ids": uuids}
    two = client.post(f"{base}cohorts/", body).json()
    asked = {"key": "id", "type": "cohort", "value": two["id"], "operator": "in"}

    assert members(cohort_of(make_flag(asked))) == {"user_3", "user_4"}


def test_cohort_for_flag__held_out_people__stay_out(people, make_flag, cohort_of, members):
    flag = make_flag(is_pro())
    filters = flag["filters"] | {"holdout": {"id": 1, "exclusion_percentage": 100}}
    FeatureFlag.objects.filter(pk=flag["id"]).update(filters=filters)

    assert members(cohort_of(flag)) == set()


def test_cohort_for_flag__many_portions__all_are_looked_at(
    monkeypatch, people, make_flag, cohort_of, members
):
    monkeypatch.setattr(population, "_PORTION", 2)

    assert members(cohort_of(make_flag(is_pro()))) == PROS


def test_cohort_for_flag__process_ended_meanwhile__another_goes_on(
    monkeypatch, people, make_flag, cohort_of, members
):
    monkeypatch.setattr(population, "in_background", lambda work: None)
    created = cohort_of(make_flag(is_pro()))
    assert members(created) == set()
    CohortCalculation.objects.update(started_at="2020-01-01T00:00:00Z")

    out = StringIO()
    call_command("calculate_cohorts", stdout=out)

    assert out.getvalue() == "1 calculations were ended\n"
    assert members(created) == PROS


def test_cohort_for_flag__flag_deleted_meanwhile__told(
    monkeypatch, client, base, people, make_flag, cohort_of
):
    monkeypatch.setattr(population, "in_background", lambda work: None)
    flag = make_flag(is_pro())
    created = cohort_of(flag)
    client.patch(f"{base}feature_flags/{flag['id']}/", {"deleted": True})

    population.calculate(CohortCalculation.objects.get().pk)

    [entry] = client.get(f"{base}cohorts/{created['id']}/calculation_history/").json()["results"]
    assert (entry["is_completed"], entry["is_successful"]) == (True, False)
    assert entry["error"] == "The feature flag was deleted."
    assert Cohort.objects.get().is_calculating is False


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"active": False}, id="off"),
        pytest.param({"bucketing_identifier": "device_id"}, id="about_devices"),
        pytest.param(
            {"filters": {"groups": [{"properties": []}], "aggregation_group_type_index": 0}},
            id="about_groups",
        ),
    ],
)
def test_cohort_for_flag__serves_no_person__refused(client, base, make_flag, values):
    flag = make_flag(**values)

    response = client.post(f"{base}feature_flags/{flag['id']}/create_static_cohort_for_flag/")

    assert_invalid(response, None)
    assert not Cohort.objects.exists()


def test_cohort_for_flag__unknown__not_found(client, base):
    response = client.post(f"{base}feature_flags/1/create_static_cohort_for_flag/")
    assert_error(response, 404, "not_found")


def test_cohort_for_flag__repeated_with_its_key__one_cohort(
    client, base, people, make_flag, finish
):
    url = f"{base}feature_flags/{make_flag(is_pro())['id']}/create_static_cohort_for_flag/"
    headers = {"Idempotency-Key": "once"}

    first = client.post(url, headers=headers)
    finish()
    again = client.post(url, headers=headers)

    assert again.json() == first.json()
    assert Cohort.objects.count() == 1


def test_cohort_for_flag__flag_as_it_was_read__created(client, base, people, make_flag):
    url = f"{base}feature_flags/{make_flag(is_pro())['id']}/"
    headers = {"If-Match": client.get(url).headers["ETag"]}

    response = client.post(f"{url}create_static_cohort_for_flag/", headers=headers)

    assert response.status_code == 201, response.content


def test_cohort_for_flag__flag_changed_since_it_was_read__refused(client, base, make_flag):
    url = f"{base}feature_flags/{make_flag(is_pro())['id']}/"
    headers = {"If-Match": client.get(url).headers["ETag"]}
    client.patch(url, {"name": "Changed"})

    response = client.post(f"{url}create_static_cohort_for_flag/", headers=headers)

    assert_error(response, 412, "precondition_failed")
    assert not Cohort.objects.exists()
