from datetime import UTC, datetime

import pytest
from django.db import transaction

from experiments.models import Experiment
from feature_flags import services
from feature_flags.models import FeatureFlag
from feature_flags.validation import InvalidFilters
from tests import factories

NOW = datetime(2030, 1, 1, tzinfo=UTC)
INDEX = "aggregation_group_type_index"
VARIANTS = [
    {"key": "control", "rollout_percentage": 20},
    {"key": "red", "rollout_percentage": 80},
]
FILTERS = {"groups": [{"properties": [], "rollout_percentage": 5}]}
FILTERS |= {"multivariate": {"variants": VARIANTS}}

COPY = {"feature_flag_variants": VARIANTS, "rollout_percentage": 5}


@pytest.fixture
def flag(project):
    return factories.make_flag(project)


def test_update_flag__filters_and_active__stored_normalised_with_the_next_version(flag, grace):
    _update(flag, grace, filters=FILTERS, active=False)

    stored = FeatureFlag.objects.get()
    assert stored.filters == {
        "groups": [{"properties": [], "rollout_percentage": 5, INDEX: None}],
        "multivariate": {"variants": VARIANTS},
        INDEX: None,
    }
    assert (stored.active, stored.version) == (False, 2)
    assert (stored.last_modified_by, stored.updated_at) == (grace, NOW)


@pytest.mark.parametrize("active", [True, False])
def test_update_flag__only_active__filters_stay(flag, ada, active):
    before = flag.filters

    _update(flag, ada, active=active)

    stored = FeatureFlag.objects.get()
    assert (stored.active, stored.filters, stored.version) == (active, before, 2)


def test_update_flag__no_version_yet__first(flag, ada):
    FeatureFlag.objects.update(version=None)
    flag.refresh_from_db()

    _update(flag, ada, active=False)

    assert FeatureFlag.objects.get().version == 1


def test_update_flag__filters__copied_to_every_experiment_on_the_flag(project, ada, flag):
    for parameters in (None, {}, {"effect": 5, "feature_flag_variants": factories.TWO_VARIANTS}):
        factories.make_experiment(project, ada, feature_flag_key=flag.key, parameters=parameters)
    deleted = factories.make_experiment(project, ada, feature_flag_key=flag.key, deleted=True)

    _update(flag, ada, filters=FILTERS | {INDEX: 1})

    copy = {"feature_flag_variants": VARIANTS, "rollout_percentage": 5, INDEX: 1}
    assert [row.parameters for row in Experiment.objects.order_by("pk")] == [
        copy,
        copy,
        copy | {"effect": 5},
        copy,
    ]
    assert Experiment.objects.order_by("pk").last() == deleted
    assert {row.updated_at for row in Experiment.objects.all()} == {NOW}


def test_update_flag__index_dropped__gone_from_the_experiment(project, ada, flag):
    factories.make_experiment(
        project, ada, feature_flag_key=flag.key, parameters={INDEX: 1, "effect": 5}
    )

    _update(flag, ada, filters=FILTERS)

    assert Experiment.objects.get().parameters == COPY | {"effect": 5}


def test_update_flag__only_active__experiment_keeps_its_parameters(project, ada, flag):
    before = factories.make_experiment(project, ada, feature_flag_key=flag.key)

    _update(flag, ada, active=False)

    assert Experiment.objects.get().parameters == before.parameters


def test_update_flag__filters__experiments_of_other_flags_stay(project, ada, flag):
    factories.make_experiment(project, ada, parameters={"effect": 5})

    _update(flag, ada, filters=FILTERS)

    assert Experiment.objects.get().parameters == {"effect": 5}


def test_update_flag__edited_flag__later_change_of_the_experiment_keeps_it(
    client, project, ada, flag
):
    experiment = factories.make_experiment(project, ada, feature_flag_key=flag.key)
    _update(flag, ada, filters=FILTERS)

    response = client.patch(
        f"/api/projects/{project.pk}/experiments/{experiment.pk}/", {"name": "New"}
    )

    assert response.json()["parameters"] == COPY
    assert FeatureFlag.objects.get().filters["multivariate"] == {"variants": VARIANTS}


GROUP = {"properties": [], "rollout_percentage": 5}
BAD_FILTERS = {
    "groups are an object": {"groups": {}},
    "groups are a number": {"groups": 7},
    "groups are null": {"groups": None},
    "a group is text": {"groups": ["all"]},
    "a share above 100": {"groups": [GROUP | {"rollout_percentage": 100.1}]},
    "a share below 0": {"groups": [GROUP | {"rollout_percentage": -0.1}]},
    "a share is text": {"groups": [GROUP | {"rollout_percentage": "5"}]},
    "a share is true": {"groups": [GROUP | {"rollout_percentage": True}]},
    "properties are an object": {"groups": [GROUP | {"properties": {}}]},
    "variant of a group unknown": {"groups": [GROUP | {"variant": "blue"}]},
    "multivariate is text": {"multivariate": "control"},
    "variants are an object": {"multivariate": {"variants": {"control": 100}}},
    "variants are a number": {"multivariate": {"variants": 7}},
    "a variant is text": {"multivariate": {"variants": [*VARIANTS, "blue"]}},
    "variants of 99 %": {"multivariate": {"variants": [VARIANTS[0] | {"rollout_percentage": 99}]}},
    "variant without key": {"multivariate": {"variants": [{"rollout_percentage": 100}]}},
    "variant share is text": {
        "multivariate": {"variants": [VARIANTS[0] | {"rollout_percentage": "100"}]}
    },
    "payload of no variant": {"payloads": {"blue": "1"}},
    "payloads are a list": {"payloads": ["red"]},
    "payload of a boolean flag": {"multivariate": None, "payloads": {"red": "1"}},
    "holdout is a number": {"holdout": 1},
    "holdout without id": {"holdout": {"exclusion_percentage": 1}},
    "holdout above 100": {"holdout": {"id": 1, "exclusion_percentage": 101}},
    "index above 4": {INDEX: 5, "groups": []},
    "index is text": {INDEX: "1", "groups": []},
    "too large": {"note": "x" * 524_288},
}


@pytest.mark.parametrize("part", BAD_FILTERS.values(), ids=BAD_FILTERS.keys())
def test_update_flag__bad_filters__refused_and_nothing_stored(project, flag, ada, part):
    factories.make_experiment(project, ada, feature_flag_key=flag.key)
    before = [*FeatureFlag.objects.values(), *Experiment.objects.values()]

    with pytest.raises(InvalidFilters) as refusal:
        _update(flag, ada, filters=FILTERS | part)

    assert list(refusal.value.detail) == ["filters"]
    assert [*FeatureFlag.objects.values(), *Experiment.objects.values()] == before


GOOD_FILTERS = {
    "boolean": {"multivariate": None},
    "boolean with payload": {"multivariate": None, "payloads": {"true": "1"}},
    "payload": {"payloads": {"red": '{"a": 1}'}},
    "no groups": {"groups": []},
    "group without share": {"groups": [{"properties": []}]},
    "variant of a group": {"groups": [GROUP | {"variant": "red"}]},
    "thirds": {
        "multivariate": {
            "variants": [
                {"key": "a", "rollout_percentage": 33.3},
                {"key": "b", "rollout_percentage": 33.3},
                {"key": "c", "rollout_percentage": 33.4},
            ]
        }
    },
    "holdout": {"holdout": {"id": 1, "exclusion_percentage": 0.5}},
}


@pytest.mark.parametrize("part", GOOD_FILTERS.values(), ids=GOOD_FILTERS.keys())
def test_update_flag__good_filters__stored(flag, ada, part):
    _update(flag, ada, filters=FILTERS | part)

    stored = FeatureFlag.objects.get().filters
    assert {key: stored[key] for key in part if key != "groups"} == {
        key: part[key] for key in part if key != "groups"
    }
    assert len(stored["groups"]) == len(part.get("groups", FILTERS["groups"]))


@pytest.mark.django_db(transaction=True)
def test_update_flag__outside_of_a_transaction__fails_loudly(project, ada):
    flag = factories.make_flag(project)

    with pytest.raises(RuntimeError, match="in its transaction"):
        services.write_flag(flag=flag, changes={"active": False}, actor=ada, now=NOW)

    assert FeatureFlag.objects.get().active is True


def _update(flag, actor, **changes) -> None:
    with transaction.atomic():
        services.write_flag(flag=flag, changes=changes, actor=actor, now=NOW)
