import pytest

from experiments.models import Experiment
from feature_flags.models import FeatureFlag
from tests import factories
from tests.assertions import assert_invalid
from tests.experiments.database_rows import everything
from tests.experiments.paths import collection

MINIMAL = {"name": "Checkout", "feature_flag_key": "checkout"}


def test_create_experiment__existing_flag__linked_as_it_is(client, project, holdout):
    flag = factories.make_flag(project, "checkout", active=False, version=7)
    before = FeatureFlag.objects.values().get()
    variants = [
        {"key": "control", "rollout_percentage": 10},
        {"key": "other", "rollout_percentage": 90},
    ]

    response = client.post(
        collection(project),
        MINIMAL
        | {
            "start_date": "2024-01-01T00:00:00Z",
            "holdout_id": holdout.pk,
            "parameters": {"feature_flag_variants": variants, "rollout_percentage": 5},
        },
    )

    assert response.status_code == 201
    assert response.json()["feature_flag"]["id"] == flag.pk
    assert response.json()["holdout_id"] == holdout.pk
    assert response.json()["status"] == "running"
    assert response.json()["parameters"] == {
        "feature_flag_variants": flag.filters["multivariate"]["variants"],
        "rollout_percentage": 100,
    }
    assert FeatureFlag.objects.values().get() == before
    assert Experiment.objects.get().feature_flag == flag


def test_create_experiment__flag_of_another_experiment__shared(client, project, experiment):
    response = client.post(
        collection(project), MINIMAL | {"feature_flag_key": experiment.feature_flag.key}
    )

    assert response.status_code == 201
    assert response.json()["feature_flag"]["id"] == experiment.feature_flag_id
    assert FeatureFlag.objects.count() == 1


def test_create_experiment__deleted_flag_with_the_key__new_flag(client, project):
    deleted = factories.make_flag(project, "checkout", deleted=True)

    response = client.post(collection(project), MINIMAL)

    assert response.status_code == 201
    assert response.json()["feature_flag"]["id"] != deleted.pk
    assert response.json()["feature_flag"]["deleted"] is False


def test_create_experiment__control_last__linked(client, project):
    variants = list(reversed(factories.TWO_VARIANTS))
    filters = {"groups": [], "multivariate": {"variants": variants}}
    flag = factories.make_flag(project, "checkout", filters=filters)

    response = client.post(collection(project), MINIMAL)

    assert response.json()["feature_flag"]["id"] == flag.pk


@pytest.mark.parametrize(
    "multivariate",
    [
        None,
        {},
        {"variants": None},
        {"variants": []},
        {"variants": factories.TWO_VARIANTS[:1]},
        {"variants": [{"key": "a"}, {"key": "b"}]},
        {"variants": [{"key": "Control"}, {"key": "test"}]},
        {"variants": ["control", "test"]},
    ],
    ids=str,
)
def test_create_experiment__flag_without_enough_variants__refused(client, project, multivariate):
    factories.make_flag(project, "checkout", filters={"groups": [], "multivariate": multivariate})
    before = everything()

    response = client.post(collection(project), MINIMAL)

    assert_invalid(response, None)
    assert everything() == before


def test_create_experiment__boolean_flag__refused(client, project):
    factories.make_flag(project, "checkout", filters={"groups": []})
    before = everything()

    response = client.post(collection(project), MINIMAL)

    assert_invalid(response, None)
    assert everything() == before
