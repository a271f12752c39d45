"""Facts are derived anew while results read them: nobody is given, or keeps, half of them."""

import pytest
from django.db import connections

from core.ops.background import in_background, wait_for_background
from events.facts import facts_alias, rebuild
from events.facts.sources import delete_some_facts
from events.models import Source
from results.models import DailyResult, StoredResult
from results.services.days import store_missing_days
from tests.results.conftest import AMOUNT, FLAG, metric, purchases

REVENUE = metric(source=purchases(**AMOUNT), uuid="11111111-1111-4111-8111-111111111111")
TOTAL = {"control": 5, "test": 4, "$multiple": 1}
ALWAYS = 1_000


class Rebuilding:
    """Lets all facts of a project be derived anew, just before results read some of them."""

    def __init__(self, project_id, times):
        self.project_id, self.left = project_id, times

    def __call__(self, execute, sql, params, many, context):
        if self.left and "WITH " in sql and "events_fact" in sql:
            self.left -= 1
            rebuild(self.project_id)
            for source in Source.objects.filter(project_id=self.project_id):
                delete_some_facts(source.pk)
        return execute(sql, params, many, context)


@pytest.fixture
def rebuilding(project):
    """Begin to rebuild so many times."""
    return lambda times=1: connections[facts_alias()].execute_wrapper(Rebuilding(project.pk, times))


@pytest.fixture
def base(project, mini):
    mini.metrics = [REVENUE]
    mini.save()
    return f"/api/projects/{project.pk}/experiments/{mini.pk}/"


def test_query__facts_rebuilt_before_they_are_read__the_right_number(ask, mini, rebuilding):
    with rebuilding():
        assert ask(mini, REVENUE)["baseline"]["sum"] == 130


def test_query__facts_rebuilt_before_they_are_read__the_right_number_kept(ask, mini, rebuilding):
    with rebuilding():
        ask(mini, REVENUE)

    again = ask(mini, REVENUE)
    assert (again["is_cached"], again["baseline"]["sum"]) == (True, 130)


def test_exposures__facts_rebuilt_before_they_are_read__all_of_them(
    client, project, mini, rebuilding
):
    query = {
        "kind": "ExperimentExposureQuery",
        "experiment_id": mini.pk,
        "experiment_name": "x",
        "feature_flag": {"key": FLAG},
    }
    with rebuilding():
        answer = client.post(f"/api/projects/{project.pk}/query/", {"query": query})

    assert answer.json()["total_exposures"] == TOTAL


def test_overview__facts_rebuilt_before_they_are_read__all_of_them(client, base, rebuilding):
    with rebuilding():
        found = client.get(f"{base}results/").json()

    assert found["exposures"]["total_exposures"] == TOTAL


def test_store_missing_days__facts_rebuilt_before_they_are_read__the_right_number_stored(
    base, mini, rebuilding
):
    with rebuilding():
        store_missing_days(mini, now=mini.end_date, limit=1)

    assert DailyResult.objects.get().result["baseline"]["number_of_samples"] == 3


@pytest.mark.django_db(transaction=True)
def test_recalculation__facts_rebuilt_before_they_are_read__the_right_number(client, project, base):
    wrapper = Rebuilding(project.pk, 1)
    # What is computed there has a connection of its own.
    in_background(lambda: connections[facts_alias()].execute_wrappers.append(wrapper))
    client.post(f"{base}metrics_recalculation/", {})
    in_background(lambda: connections[facts_alias()].execute_wrappers.remove(wrapper))
    wait_for_background()

    [found] = client.get(f"{base}metrics_recalculation/latest/").json()["results"]
    assert (wrapper.left, found["result"]["baseline"]["sum"]) == (0, 130)


def test_query__facts_rebuilt_again_and_again__asked_to_wait(client, project, mini, rebuilding):
    query = {"kind": "ExperimentQuery", "experiment_id": mini.pk, "metric": REVENUE}
    with rebuilding(ALWAYS):
        answer = client.post(f"/api/projects/{project.pk}/query/", {"query": query})

    assert (answer.status_code, answer.json()["code"]) == (503, "query_at_capacity")
    assert "derived anew" in answer.json()["detail"]


def test_query__facts_rebuilt_again_and_again__nothing_kept(client, project, mini, rebuilding):
    query = {"kind": "ExperimentQuery", "experiment_id": mini.pk, "metric": REVENUE}
    with rebuilding(ALWAYS):
        client.post(f"/api/projects/{project.pk}/query/", {"query": query})

    assert not StoredResult.objects.exists()
