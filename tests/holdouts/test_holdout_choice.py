import pytest
from django.utils import timezone

from experiments.models import Experiment
from feature_flags.models import FeatureFlag
from tests import factories
from tests.assertions import assert_invalid
from tests.looping import in_one_test


def _url(project):
    return f"/api/projects/{project.pk}/experiments/"


def _entry(holdout, percentage):
    return {"id": holdout.pk, "exclusion_percentage": percentage}


def test_holdout_choice__new_flag__carries_the_holdout(client, project, ada):
    holdout = factories.make_holdout(project, ada, 20)
    values = {"name": "Checkout", "feature_flag_key": "checkout", "holdout_id": holdout.pk}

    response = client.post(_url(project), values)

    assert response.status_code == 201
    body = response.json()
    assert (body["feature_flag_key"], body["holdout_id"]) == ("checkout", holdout.pk)
    assert (body["holdout"]["id"], body["holdout"]["filters"]) == (holdout.pk, holdout.filters)
    assert Experiment.objects.get().holdout == holdout
    filters = FeatureFlag.objects.get().filters
    assert filters["groups"][0]["properties"] == []
    keys = [variant["key"] for variant in filters["multivariate"]["variants"]]
    assert keys == ["control", "test"]
    assert filters["holdout"] == _entry(holdout, 20)
    assert body["feature_flag"]["filters"] == filters


def test_holdout_choice__none__flag_carries_null(client, project):
    client.post(_url(project), {"name": "Checkout", "feature_flag_key": "checkout"})

    assert FeatureFlag.objects.get().filters["holdout"] is None


def test_holdout_choice__existing_flag__follows_with_the_next_edit(client, project, holdout):
    flag = factories.make_flag(project, "old")
    values = {"name": "Checkout", "feature_flag_key": flag.key, "holdout_id": holdout.pk}
    experiment_id = client.post(_url(project), values).json()["id"]
    flag.refresh_from_db()
    assert (flag.filters["holdout"], flag.version) == (None, 1)

    client.patch(f"{_url(project)}{experiment_id}/", {"holdout_id": holdout.pk})

    flag.refresh_from_db()
    assert (flag.filters["holdout"], flag.version) == (_entry(holdout, 10), 2)


def test_holdout_choice__changed_and_removed_in_a_draft__flag_follows(client, project, ada):
    first, second = (factories.make_holdout(project, ada, number) for number in (5, 15))
    experiment = factories.make_experiment(project, ada, holdout=first)
    url = f"{_url(project)}{experiment.pk}/"

    for choice, entry in ((second.pk, _entry(second, 15)), (None, None)):
        response = client.patch(url, {"holdout_id": choice})

        assert response.status_code == 200
        assert response.json()["holdout_id"] == choice
        assert response.json()["feature_flag"]["filters"]["holdout"] == entry
    assert Experiment.objects.get().holdout is None
    assert FeatureFlag.objects.get().filters["holdout"] is None


def test_holdout_choice__launched_experiment_another__refused(
    client, project, ada, running_experiment
):
    other = factories.make_holdout(project, ada)
    before = FeatureFlag.objects.values().get()

    for choice in (other.pk, None):
        response = client.patch(f"{_url(project)}{running_experiment.pk}/", {"holdout_id": choice})

        assert_invalid(response, "holdout_id")
    assert FeatureFlag.objects.values().get() == before
    assert Experiment.objects.get().holdout_id == running_experiment.holdout_id


def test_holdout_choice__launched_experiment_the_same__accepted(
    client, project, holdout, running_experiment
):
    response = client.patch(
        f"{_url(project)}{running_experiment.pk}/", {"holdout_id": holdout.pk, "name": "New"}
    )

    assert response.status_code == 200
    assert (response.json()["name"], response.json()["holdout_id"]) == ("New", holdout.pk)


def test_holdout_choice__with_the_launch__accepted(client, project, experiment, holdout):
    changes = {"start_date": timezone.now().isoformat(), "holdout_id": holdout.pk}

    response = client.patch(f"{_url(project)}{experiment.pk}/", changes)

    assert response.status_code == 200
    assert FeatureFlag.objects.get().filters["holdout"] == _entry(holdout, 10)


@in_one_test(
    ("choice", "code"),
    [
        pytest.param(999999, "does_not_exist", id="unknown"),
        pytest.param(2**70, "does_not_exist", id="beyond_64_bits"),
        pytest.param("abc", "incorrect_type", id="text"),
        pytest.param(True, "incorrect_type", id="true"),
        pytest.param([], "incorrect_type", id="list"),
        pytest.param({"id": 1}, "incorrect_type", id="object"),
        pytest.param(1.5, "incorrect_type", id="fraction"),
    ],
)
def test_holdout_choice__no_holdout__refused(client, project, choice, code):
    values = {"name": "Checkout", "feature_flag_key": "checkout", "holdout_id": choice}

    response = client.post(_url(project), values)

    assert_invalid(response, "holdout_id", code)
    assert not FeatureFlag.objects.exists()


def test_holdout_choice__of_another_project__refused(client, project, foreign_project, mallory):
    foreign = factories.make_holdout(foreign_project, mallory)
    values = {"name": "Checkout", "feature_flag_key": "checkout", "holdout_id": foreign.pk}

    response = client.post(_url(project), values)

    assert_invalid(response, "holdout_id", "does_not_exist")
    assert not FeatureFlag.objects.exists()
