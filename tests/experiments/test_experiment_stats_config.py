from decimal import Decimal

import pytest

from experiments.models import Experiment
from tests import factories
from tests.assertions import assert_invalid
from tests.client import DocumentedClient
from tests.experiments.database_rows import everything
from tests.experiments.paths import collection, member
from tests.looping import in_one_test

MINIMAL = {"name": "Checkout", "feature_flag_key": "checkout"}


def test_experiment_stats_config__given__kept_whole(client, project):
    config = {"method": "frequentist", "version": 2, "frequentist": {"alpha": 0.01}, "cuped": {}}

    response = client.post(collection(project), MINIMAL | {"stats_config": config})

    assert response.status_code == 201
    assert response.json()["stats_config"] == Experiment.objects.get().stats_config == config


@pytest.mark.parametrize("config", [{}, None, {"method": None}], ids=str)
def test_experiment_stats_config__no_method__bayesian(client, project, config):
    response = client.post(collection(project), MINIMAL | {"stats_config": config})

    assert response.json()["stats_config"] == {"method": "bayesian"}


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        (
            None,
            {
                "method": "frequentist",
                "bayesian": {"ci_level": 0.9},
                "frequentist": {"alpha": 0.1},
            },
        ),
        (
            {"method": "bayesian", "version": 2},
            {
                "method": "bayesian",
                "version": 2,
                "bayesian": {"ci_level": 0.9},
                "frequentist": {"alpha": 0.1},
            },
        ),
        (
            {
                "bayesian": {"ci_level": 0.99, "prior": 1},
                "frequentist": {"alpha": None, "tails": 2},
            },
            {
                "method": "frequentist",
                "bayesian": {"ci_level": 0.99, "prior": 1},
                "frequentist": {"alpha": 0.1, "tails": 2},
            },
        ),
    ],
    ids=["nothing", "method", "levels"],
)
def test_experiment_stats_config__project_with_defaults__fill_the_gaps(
    client, project, sent, stored
):
    project.default_stats_method = "frequentist"
    project.default_confidence_level = Decimal("0.90")
    project.save(update_fields=["default_stats_method", "default_confidence_level"])

    response = client.post(collection(project), MINIMAL | {"stats_config": sent})

    assert response.json()["stats_config"] == stored


@pytest.mark.parametrize(
    ("of_the_organization", "of_the_project", "method"),
    [
        ("frequentist", None, "frequentist"),
        ("frequentist", "bayesian", "bayesian"),
        ("bayesian", "frequentist", "frequentist"),
        ("bayesian", None, "bayesian"),
    ],
)
def test_experiment_stats_config__defaults_set_over_http__followed(
    organization, project, of_the_organization, of_the_project, method
):
    edith = factories.make_user("edith@example.com", organization, level=8)
    admin = DocumentedClient(factories.make_key(edith))
    name = "default_experiment_stats_method"
    admin.patch(f"/api/organizations/{organization.pk}/", {name: of_the_organization})
    settings = {name: of_the_project, "default_experiment_confidence_level": 0.9}
    admin.patch(f"/api/projects/{project.pk}/", settings)

    response = admin.post(collection(project), MINIMAL)

    assert response.json()["stats_config"] == {
        "method": method,
        "bayesian": {"ci_level": 0.9},
        "frequentist": {"alpha": 0.1},
    }


@pytest.mark.parametrize(
    "config", [{"method": "frequentist"}, {"method": None}, {"version": 1}, {}, None], ids=str
)
def test_experiment_stats_config__update__replaced_whole_without_defaults(
    client, experiment, config
):
    response = client.patch(member(experiment), {"stats_config": config})

    assert response.status_code == 200
    assert response.json()["stats_config"] == config


BAD_METHODS = ["", "garbage", "Bayesian", 42, True, False, [], ["bayesian"], {}]


@in_one_test("method", BAD_METHODS, ids=repr)
def test_experiment_stats_config__unknown_method_on_create__refused(client, project, method):
    response = client.post(collection(project), MINIMAL | {"stats_config": {"method": method}})

    assert_invalid(response, None)
    assert everything() == []


@in_one_test("method", BAD_METHODS, ids=repr)
def test_experiment_stats_config__unknown_method_on_update__refused(client, experiment, method):
    before = everything()

    response = client.patch(member(experiment), {"name": "New", "stats_config": {"method": method}})

    assert_invalid(response, None)
    assert everything() == before


@pytest.mark.parametrize("config", [[], "bayesian", 1, True], ids=repr)
def test_experiment_stats_config__no_object__refused(client, project, ada, config):
    experiment = factories.make_experiment(project, ada)
    before = everything()

    response = client.patch(member(experiment), {"stats_config": config})

    assert_invalid(response, "stats_config", "not_a_dict")
    assert everything() == before


@pytest.mark.parametrize("baseline", ["other", "", 1, ["control"], {}], ids=repr)
def test_experiment_stats_config__baseline_that_is_no_variant__refused(
    client, project, experiment, baseline
):
    config = {"stats_config": {"baseline_variant_key": baseline}}
    before = everything()

    assert_invalid(client.post(collection(project), MINIMAL | config), "stats_config")
    assert_invalid(client.patch(member(experiment), config), "stats_config")
    assert everything() == before


def test_experiment_stats_config__baseline_is_a_variant__kept_until_its_variant_goes(
    client, experiment
):
    config = {"stats_config": {"baseline_variant_key": "test"}}
    others = [{"key": key, "rollout_percentage": 50} for key in ("control", "other")]

    assert client.patch(member(experiment), config).status_code == 200

    response = client.patch(member(experiment), {"parameters": {"feature_flag_variants": others}})
    assert_invalid(response, "stats_config")


def test_experiment_stats_config__another_baseline__is_what_cannot_be_left_out(client, experiment):
    config = {"stats_config": {"baseline_variant_key": "test"}}
    client.patch(member(experiment), config)

    refused = client.patch(member(experiment), {"excluded_variants": ["test"]})

    assert_invalid(refused, "excluded_variants")


def test_experiment_stats_config__baseline_that_is_left_out__refused(client, project):
    variants = [{"key": key, "rollout_percentage": 25} for key in ("control", "a", "b", "c")]
    body = MINIMAL | {"parameters": {"feature_flag_variants": variants}}
    created = client.post(collection(project), body | {"excluded_variants": ["a"]}).json()
    path = f"{collection(project)}{created['id']}/"

    refused = client.patch(path, {"stats_config": {"baseline_variant_key": "a"}})

    assert_invalid(refused, "excluded_variants")
