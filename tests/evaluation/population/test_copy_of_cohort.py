"""duplicate_as_static_cohort/: who comes in, and which cohorts cannot be copied."""

from io import StringIO

import pytest
from django.core.management import call_command

from cohorts.models import Cohort, CohortCalculation
from evaluation import population
from feature_flags.models import FeatureFlag
from tests.assertions import assert_invalid
from tests.cohorts.definitions import behavior, cohort
from tests.evaluation.population.people import PROS, is_pro

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def copy(client, base):
    def copy(cohort):
        return client.get(f"{base}cohorts/{cohort['id']}/duplicate_as_static_cohort/")

    return copy


def defined_by(*conditions):
    return {"properties": {"type": "AND", "values": list(conditions)}}


def test_copy_of_cohort__by_definition__who_meets_it(client, base, people, copy, members):
    values = {"properties": {"type": "AND", "values": [is_pro()]}}
    dynamic = client.post(f"{base}cohorts/", {"name": "Pro", "filters": values}).json()

    response = copy(dynamic)

    assert response.status_code == 200
    created = response.json()
    assert created["id"] != dynamic["id"]
    assert (created["name"], created["is_static"]) == ("Pro (static copy)", True)
    assert members(created) == PROS


def test_copy_of_cohort__static__its_members(monkeypatch, client, base, people, copy, members):
    monkeypatch.setattr(population, "_PORTION", 2)
    uuids = [str(people[f"user_{number}"].uuid) for number in range(5)]
    body = {"name": "Five", "is_static": True, "_create_static_person_ids": uuids}
    five = client.post(f"{base}cohorts/", body).json()

    assert members(copy(five).json()) == {f"user_{number}" for number in range(5)}


def test_copy_of_cohort__about_what_people_did__refused(client, base, copy):
    did = {
        "type": "behavioral",
        "value": "performed_event",
        "key": "signup",
        "event_type": "events",
    }
    values = {"properties": {"type": "AND", "values": [did]}}
    behavioral = client.post(f"{base}cohorts/", {"name": "Did", "filters": values}).json()

    assert_invalid(copy(behavioral), None)
    assert Cohort.objects.count() == 1


def test_copy_of_cohort__defined_by_one_about_what_people_did__refused(client, base, copy):
    filters = defined_by(behavior())
    did = client.post(f"{base}cohorts/", {"name": "Did", "filters": filters}).json()
    filters = defined_by(cohort(did["id"]))
    outer = client.post(f"{base}cohorts/", {"name": "Outer", "filters": filters}).json()

    response = copy(outer)

    assert_invalid(response, None)
    assert "cannot be evaluated" in response.json()["detail"]
    assert Cohort.objects.count() == 2


@pytest.mark.parametrize("is_static", [True, False])
def test_copy_of_cohort__deleted__refused(client, base, copy, is_static):
    body = {"name": "Pro", "is_static": is_static, "filters": defined_by(is_pro())}
    created = client.post(f"{base}cohorts/", body).json()
    client.patch(f"{base}cohorts/{created['id']}/", {"deleted": True})

    assert_invalid(copy(created), None)
    assert Cohort.objects.count() == 1


@pytest.mark.usefixtures("people", "process_ends")
def test_copy_of_cohort__cannot_be_evaluated_any_more__told_and_the_others_go_on(
    client, base, copy, members
):
    body = {"name": "Pro", "filters": defined_by(is_pro())}
    broken, whole = (client.post(f"{base}cohorts/", body).json() for _ in range(2))
    first, second = copy(broken).json(), copy(whole).json()
    change = {"filters": defined_by(behavior())}
    assert client.patch(f"{base}cohorts/{broken['id']}/", change).status_code == 200
    CohortCalculation.objects.update(started_at="2020-01-01T00:00:00Z")

    call_command("calculate_cohorts", stdout=StringIO())

    page = client.get(f"{base}cohorts/{first['id']}/calculation_history/").json()
    assert page["results"][0]["error"] == "Only properties of persons decide here."
    assert members(second) == PROS


@pytest.mark.usefixtures("people", "process_ends")
def test_calculate_cohorts__one_fails__the_others_go_on(
    client, base, make_flag, cohort_of, copy, members
):
    flag = make_flag(is_pro())
    first = cohort_of(flag)
    body = {"name": "Pro", "filters": defined_by(is_pro())}
    second = copy(client.post(f"{base}cohorts/", body).json()).json()
    # Nothing that the API would have stored.
    FeatureFlag.objects.filter(pk=flag["id"]).update(filters=[])
    CohortCalculation.objects.filter(cohort=first["id"]).update(started_at="2020-01-01T00:00:00Z")
    CohortCalculation.objects.filter(cohort=second["id"]).update(started_at="2020-01-02T00:00:00Z")
    out = StringIO()

    call_command("calculate_cohorts", stdout=out)

    assert out.getvalue() == "1 calculations were ended\n"
    assert members(second) == PROS
    assert client.get(f"{base}cohorts/{first['id']}/").json()["is_calculating"] is True
