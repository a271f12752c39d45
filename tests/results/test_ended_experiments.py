"""Results of an experiment that has ended: what it had counts, whatever its flag serves since."""

import pytest

from experiments.models import Experiment
from tests.results.conftest import wire_event
from tests.results.mini_data import Seen
from tests.results.test_criteria import save, seen
from tests.results.test_exposures import split
from tests.results.test_query import exposures

HALVES = [
    {"key": "control", "rollout_percentage": 50},
    {"key": "test", "rollout_percentage": 50},
]
EXPECTED = {"control": 150, "test": 150}


@pytest.fixture
def url(client, project, capture):
    """An experiment that runs, with 150 people exposed to each half."""
    base = f"/api/projects/{project.pk}/experiments/"
    body = {"name": "Halves", "feature_flag_key": "my-flag", "start_date": "2026-01-02T00:00:00Z"}
    created = client.post(base, body | {"parameters": {"feature_flag_variants": HALVES}}).json()
    arms = [(f"p{number}", HALVES[number % 2]["key"]) for number in range(300)]
    capture(wire_event(Seen(who, 1500, "exposure", arm)) for who, arm in arms)
    return f"{base}{created['id']}/"


@pytest.fixture
def holdout(client, project):
    """A holdout that keeps out a tenth."""
    base = f"/api/projects/{project.pk}/experiment_holdouts/"
    filters = [{"properties": [], "rollout_percentage": 10}]
    return client.post(base, {"name": "Held out", "filters": filters}).json()["id"]


@pytest.fixture
def with_holdout(client, project, holdout):
    """An experiment with the holdout that has run and ended."""
    base = f"/api/projects/{project.pk}/experiments/"
    body = {"name": "Held", "feature_flag_key": "held", "holdout_id": holdout}
    created = client.post(base, body | {"start_date": "2026-01-02T00:00:00Z"}).json()
    url = f"{base}{created['id']}/"
    assert client.post(f"{url}end/", {}).status_code == 200
    return url


@pytest.fixture
def ended(client, url):
    assert client.post(f"{url}end/", {}).status_code == 200
    return Experiment.objects.get()


@pytest.fixture
def serve(client, project):
    """Let the flag serve something else."""

    def change(*variants, **members):
        flag = Experiment.objects.get().feature_flag
        served = [dict(zip(("key", "rollout_percentage"), each, strict=True)) for each in variants]
        filters = flag.filters | {"multivariate": {"variants": served or HALVES}} | members
        path = f"/api/projects/{project.pk}/feature_flags/{flag.pk}/"
        answer = client.patch(path, {"filters": filters})
        assert answer.status_code == 200, answer.json()

    return change


def expected(client, url):
    return client.get(f"{url}results/").json()["exposures"]["sample_ratio_mismatch"]["expected"]


@pytest.mark.usefixtures("ended")
def test_results__flag_split_anew_after_the_end__split_that_it_had(client, url, serve):
    serve(("control", 80), ("test", 20))

    assert expected(client, url) == EXPECTED


def test_results__flag_split_anew_while_it_runs__split_of_the_flag(client, url, serve):
    serve(("control", 80), ("test", 20))

    assert expected(client, url) == {"control": 240, "test": 60}


@pytest.mark.usefixtures("ended")
def test_verdict__flag_split_anew_after_the_end__numbers_are_trusted(client, url, serve):
    serve(("control", 80), ("test", 20))

    assert client.get(f"{url}results/").json()["verdict"]["decision"] != "do not trust"


def test_results__variant_is_shipped__split_that_was_planned(client, url):
    assert client.post(f"{url}ship_variant/", {"variant_key": "test"}).status_code == 200

    assert expected(client, url) == EXPECTED


def test_exposures__asked_by_the_key_of_the_flag__split_that_it_had(client, project, ended, serve):
    serve(("control", 80), ("test", 20))

    assert exposures(client, project, ended)["sample_ratio_mismatch"]["expected"] == EXPECTED


def test_exposures__query_sends_the_flag__its_split(client, project, ended, serve):
    serve(("control", 80), ("test", 20))
    flag = {"key": "my-flag", "filters": Experiment.objects.get().feature_flag.filters}

    found = exposures(client, project, ended, feature_flag=flag)["sample_ratio_mismatch"]

    assert found["expected"] == {"control": 240, "test": 60}


@pytest.mark.usefixtures("ended")
def test_results__flag_has_other_variants_after_the_end__those_that_it_had(client, url, serve):
    assert client.post(f"{url}archive/", {}).status_code == 200
    serve(("control", 50), ("other", 50))

    assert client.get(f"{url}results/").json()["exposures"]["total_exposures"] == EXPECTED


def test_results__parameters_name_variants_in_another_order__order_of_the_flag(client, url, ended):
    save(ended, parameters={"feature_flag_variants": HALVES[::-1]})

    assert list(expected(client, url)) == ["control", "test"]


def test_results__parameters_without_variants__split_of_the_flag(client, url, ended):
    save(ended, parameters={"recommended_sample_size": 100})
    split(ended, 80, 20)

    assert expected(client, url) == {"control": 240, "test": 60}


def about(index):
    """Return conditions about groups of this type, or about people."""
    return [{"properties": [], "rollout_percentage": 100, "aggregation_group_type_index": index}]


@pytest.mark.usefixtures("ended")
def test_results__flag_is_about_groups_after_the_end__people_as_before(client, url, serve):
    serve(groups=about(0))

    assert client.get(f"{url}results/").json()["exposures"]["total_exposures"] == EXPECTED


def test_results__flag_is_about_people_after_the_end__groups_as_before(client, url, capture, serve):
    serve(groups=about(0))
    called = {"$feature_flag": "my-flag", "$feature_flag_response": "test", "$group_0": "acme"}
    capture([seen("u1", 1500, "$feature_flag_called", **called)])
    client.post(f"{url}end/", {})
    serve(groups=about(None))

    exposed = client.get(f"{url}results/").json()["exposures"]["total_exposures"]

    assert exposed == {"control": 0, "test": 1}


@pytest.fixture
def held(capture, holdout):
    """Expose 180 people to the experiment with the holdout, and hold 20 out."""
    keys = [f"holdout-{holdout}"] * 20 + ["control"] * 90 + ["test"] * 90
    capture(
        wire_event(Seen(f"h{n}", 1500, "exposure", f"held:{key}")) for n, key in enumerate(keys)
    )


@pytest.mark.usefixtures("held")
def test_results__holdout_as_it_was__part_of_the_split(client, with_holdout, holdout):
    assert expected(client, with_holdout) == {"control": 90, "test": 90, f"holdout-{holdout}": 20}


@pytest.mark.usefixtures("held")
def test_results__holdout_changed_after_the_end__no_part_of_the_split(
    client, project, with_holdout, holdout
):
    path = f"/api/projects/{project.pk}/experiment_holdouts/{holdout}/"
    filters = [{"properties": [], "rollout_percentage": 50}]
    assert client.patch(path, {"filters": filters}).status_code == 200

    assert expected(client, with_holdout) == {"control": 90, "test": 90}


def test_results__flag_gets_a_holdout_after_the_end__no_part_of_the_split(
    client, project, url, ended, holdout
):
    base = f"/api/projects/{project.pk}/experiments/"
    next_one = client.post(base, {"name": "Next", "feature_flag_key": "my-flag"}).json()["id"]
    answer = client.patch(f"{base}{next_one}/", {"holdout_id": holdout})
    assert answer.status_code == 200, answer.json()
    assert Experiment.objects.earliest("id").feature_flag.filters["holdout"]

    assert expected(client, url) == EXPECTED
