import pytest

from feature_flags.models import FeatureFlag
from tests import factories
from tests.assertions import assert_invalid
from tests.experiments.database_rows import everything
from tests.experiments.paths import member
from tests.looping import in_one_test

MOVED = [
    {"key": "test", "rollout_percentage": 90},
    {"key": "control", "rollout_percentage": 10},
]
INDEX = "aggregation_group_type_index"


@pytest.fixture(params=["running", "stopped"])
def launched(request, client, running_experiment):
    if request.param == "stopped":
        client.patch(member(running_experiment), {"end_date": "2100-01-01T00:00:00Z"})
    return running_experiment


@in_one_test(
    "settings",
    [
        {"feature_flag_variants": MOVED},
        {"rollout_percentage": 1},
        {INDEX: 3},
        {"feature_flag_payloads": {"test": "1"}},
        {"ensure_experience_continuity": True},
    ],
    ids=lambda settings: next(iter(settings)),
)
def test_update_launched_experiment__flag_serves_otherwise__refused(client, launched, settings):
    before = everything()

    response = client.patch(member(launched), {"parameters": settings | {"effect": 5}})

    assert_invalid(response, "parameters")
    assert everything() == before


def test_update_launched_experiment__shares_for_the_flag_too__served(client, launched):
    parameters = {"feature_flag_variants": MOVED, "rollout_percentage": 5}

    response = client.patch(
        member(launched), {"parameters": parameters, "update_feature_flag_params": True}
    )

    assert response.json()["parameters"] == parameters
    filters = response.json()["feature_flag"]["filters"]
    assert filters["multivariate"] == {"variants": MOVED}
    assert filters["groups"][0]["rollout_percentage"] == 5
    assert filters["holdout"]["id"] == launched.holdout_id


def test_update_launched_experiment__other_order_and_names__stored(client, launched):
    served = FeatureFlag.objects.get().filters["multivariate"]["variants"]
    variants = [each | {"name": "New"} for each in reversed(served)]
    before = FeatureFlag.objects.values().get()

    response = client.patch(member(launched), {"parameters": {"feature_flag_variants": variants}})

    assert response.json()["parameters"] == {"feature_flag_variants": variants}
    assert FeatureFlag.objects.values().get() == before


@in_one_test(
    "variants",
    [
        [*MOVED, {"key": "third", "rollout_percentage": 0}],
        [{"key": "control", "rollout_percentage": 50}, {"key": "red", "rollout_percentage": 50}],
    ],
    ids=["one more", "other keys"],
)
def test_update_launched_experiment__other_variants__refused(client, launched, variants):
    before = everything()

    response = client.patch(
        member(launched), {"name": "New", "parameters": {"feature_flag_variants": variants}}
    )

    assert_invalid(response, "parameters")
    assert everything() == before


def test_update_launched_experiment__one_variant_fewer__refused(client, project, ada):
    variants = [*MOVED, {"key": "third", "rollout_percentage": 0}]
    experiment = factories.make_experiment(
        project, ada, start_date=ada.date_joined, parameters={"feature_flag_variants": variants}
    )

    response = client.patch(member(experiment), {"parameters": {"feature_flag_variants": MOVED}})

    assert_invalid(response, "parameters")


@pytest.mark.parametrize(
    "parameters",
    [{"effect": 5}, {"rollout_percentage": 100}, {INDEX: None}, {}, None],
    ids=str,
)
def test_update_launched_experiment__other_parameters__stored_and_flag_untouched(
    client, launched, parameters
):
    before = FeatureFlag.objects.values().get()

    response = client.patch(member(launched), {"parameters": parameters})

    assert response.status_code == 200
    assert response.json()["parameters"] == parameters
    assert FeatureFlag.objects.values().get() == before


def test_update_launched_experiment__another_holdout__refused(client, project, ada, launched):
    other = factories.make_holdout(project, ada, percentage=50)
    before = everything()

    response = client.patch(member(launched), {"name": "New", "holdout_id": other.pk})

    assert_invalid(response, "holdout_id")
    assert everything() == before


def test_update_launched_experiment__no_holdout__refused(client, launched):
    before = everything()

    response = client.patch(member(launched), {"holdout_id": None})

    assert_invalid(response, "holdout_id")
    assert everything() == before


def test_update_launched_experiment__same_holdout__accepted(client, launched, holdout):
    before = FeatureFlag.objects.values().get()

    response = client.patch(member(launched), {"holdout_id": holdout.pk})

    assert response.status_code == 200
    assert FeatureFlag.objects.values().get() == before


def test_update_launched_experiment__boolean_flag_by_now__refused(client, launched):
    FeatureFlag.objects.update(filters={"groups": [], "multivariate": None})
    before = everything()

    response = client.patch(member(launched), {"parameters": {"feature_flag_variants": MOVED}})

    assert_invalid(response, "parameters")
    assert everything() == before
