"""Cohorts in the filters of exposures, metrics and test accounts."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cohorts.models import CohortMember
from events.models import Person
from events.numbers import actor_number
from tests.cohorts.definitions import behavior, definition, person
from tests.results.conftest import AMOUNT, metric, moment, purchases
from tests.results.test_criteria import people, save, sums

REVENUE = metric(source=purchases(**AMOUNT))


def in_cohort(cohort, operator="in"):
    return {"key": "id", "type": "cohort", "value": cohort["id"], "operator": operator}


def narrowed(*filters):
    return metric(source=purchases(**AMOUNT, properties=[*filters]))


@pytest.fixture
def make(client, project):
    """Create a cohort: of people with these ids, or of a definition."""

    def cohort(*distinct_ids, **members):
        if distinct_ids:
            members |= {"is_static": True, "_create_static_person_ids": uuids(distinct_ids)}
        answer = client.post(f"/api/projects/{project.pk}/cohorts/", {"name": "Some"} | members)
        assert answer.status_code == 201, answer.json()
        return answer.json()

    return cohort


@pytest.fixture
def described(mini, capture):
    """The small data set whose people are known, most of them free and one a team."""
    capture(
        {
            "event": "$set",
            "distinct_id": who,
            "timestamp": moment(10),
            "properties": {"$set": {"plan": "team" if who == "c1" else "free"}},
        }
        for who in ("c1", "c2", "c3", "t1", "t3")
    )
    return mini


def uuids(distinct_ids):
    numbers = [actor_number(each) for each in distinct_ids]
    return [str(each.uuid) for each in Person.objects.filter(person__in=numbers)]


def test_test_accounts__not_in_a_static_cohort__its_members_left_out(ask, described, make, project):
    project.test_account_filters = [in_cohort(make("c1", "t1"), "not_in")]
    project.save()

    assert people(ask(described, REVENUE)) == {"control": 4, "test": 3}


def test_exposure_criteria__in_a_static_cohort__only_its_members(ask, described, make):
    config = {"event": "$feature_flag_called", "properties": [in_cohort(make("c1", "t1", "t3"))]}
    save(described, exposure_criteria={"exposure_config": config})

    assert people(ask(described, REVENUE)) == {"control": 1, "test": 2}


@pytest.mark.parametrize(
    ("operator", "expected"),
    [("in", {"control": 60, "test": 0}), ("not_in", {"control": 70, "test": 120})],
)
def test_metric__people_with_a_property__only_their_events(
    ask, described, make, operator, expected
):
    teams = make(filters=definition(person(key="plan", value="team")))

    assert sums(ask(described, narrowed(in_cohort(teams, operator)))) == expected


def test_metric__cohort_of_a_cohort__its_members(ask, described, make):
    inner = make("t1")
    outer = make(filters=definition(in_cohort(inner)))

    assert sums(ask(described, narrowed(in_cohort(outer)))) == {"control": 0, "test": 80}


def test_metric__members_change__new_numbers_at_once(ask, client, project, described, make):
    cohort = make("t1")
    asked = narrowed(in_cohort(cohort))
    assert sums(ask(described, asked)) == {"control": 0, "test": 80}

    url = f"/api/projects/{project.pk}/cohorts/{cohort['id']}"
    added = client.patch(f"{url}/add_persons_to_static_cohort/", {"person_ids": uuids(["t3"])})
    assert added.status_code == 200
    assert sums(ask(described, asked)) == {"control": 0, "test": 95}

    [gone] = uuids(["t1"])
    assert (
        client.patch(f"{url}/remove_person_from_static_cohort/", {"person_id": gone}).status_code
        == 200
    )
    assert sums(ask(described, asked)) == {"control": 0, "test": 15}


def test_metric__definition_changes__new_numbers_at_once(ask, client, project, described, make):
    cohort = make(filters=definition(person(key="plan", value="team")))
    asked = narrowed(in_cohort(cohort))
    assert sums(ask(described, asked)) == {"control": 60, "test": 0}

    changed = {"filters": definition(person(key="plan", value="free"))}
    client.patch(f"/api/projects/{project.pk}/cohorts/{cohort['id']}/", changed)

    assert sums(ask(described, asked)) == {"control": 62, "test": 95}


def test_overview__members_change__new_numbers_at_once(client, project, described, make):
    cohort = make("t1")
    save(described, metrics=[narrowed(in_cohort(cohort))])
    url = f"/api/projects/{project.pk}"

    def sum_of_test():
        [found] = client.get(f"{url}/experiments/{described.pk}/results/").json()["metrics"]
        return found["result"]["variant_results"][0]["sum"]

    assert sum_of_test() == 80
    client.patch(
        f"{url}/cohorts/{cohort['id']}/add_persons_to_static_cohort/",
        {"person_ids": uuids(["t3"])},
    )
    assert sum_of_test() == 95


def test_metric__behavioral_or_missing_cohort__refused(client, project, described, make):
    behavioral = make(filters=definition(behavior()))
    for cohort in (behavioral, {"id": 987}):
        query = {
            "kind": "ExperimentQuery",
            "experiment_id": described.pk,
            "metric": narrowed(in_cohort(cohort)),
        }
        answer = client.post(f"/api/projects/{project.pk}/query/", {"query": query})

        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")
        assert f"The cohort {cohort['id']} cannot be computed" in answer.json()["detail"]


def test_query__several_sources_about_cohorts__members_of_each_read_once(described, make, ask):
    first, second = make("c1", "t1"), make("c2")
    ratio = metric(
        "ratio",
        numerator=purchases(**AMOUNT, properties=[in_cohort(first)]),
        denominator=purchases("total", properties=[in_cohort(first), in_cohort(second, "not_in")]),
    )

    with CaptureQueriesContext(connection) as seen:
        ask(described, ratio)

    read = [each["sql"] for each in seen if "person" in each["sql"] and _of_members(each["sql"])]
    assert len(read) == len(set(read)) == 2


def _of_members(sql):
    return f'FROM "{CohortMember._meta.db_table}"' in sql
