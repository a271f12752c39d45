"""What marks conditions as frozen: freeze_exposure/ writes it, and no client does."""

import pytest

from cohorts.models import Cohort
from experiments.models import Experiment
from feature_flags.models import FeatureFlag
from tests import factories
from tests.assertions import assert_invalid
from tests.feature_flags.paths import flags_of, path_of
from tests.results.freeze.conftest import flag_of


@pytest.fixture
def victim(project, ada):
    return factories.make_cohort(project, ada)


def marked(cohort, **members):
    asking = {"key": "id", "type": "cohort", "value": cohort.pk, "operator": "in"}
    group = {"properties": [asking], "rollout_percentage": 100}
    return group | {"exposure_frozen": True, "exposure_frozen_cohort": cohort.pk} | members


@pytest.mark.parametrize(
    "members",
    [
        pytest.param({}, id="whole"),
        pytest.param({"exposure_frozen": False}, id="switched_off"),
        pytest.param({"properties": []}, id="without_its_condition"),
        pytest.param({"exposure_frozen_cohort": "7"}, id="text"),
        pytest.param({"exposure_frozen_cohort": [7]}, id="list"),
    ],
)
def test_create_flag__frozen_cohort__refused(client, project, victim, members):
    body = {"key": "menu", "filters": {"groups": [marked(victim, **members)]}}

    assert_invalid(client.post(flags_of(project), body), "filters")

    assert not FeatureFlag.objects.exists()


def test_create_flag__no_cohort_named__stored_and_not_frozen(client, project, running):
    mark = {"exposure_frozen": True, "exposure_frozen_cohort": None}
    groups = [{"properties": [], "rollout_percentage": 100} | mark]
    sent = flag_of(running).filters | {"groups": groups}

    response = client.post(flags_of(project), {"key": "menu", "filters": sent})

    assert response.status_code == 201, response.content
    assert not FeatureFlag.objects.get(key="menu").exposure_frozen


@pytest.mark.parametrize("step", ["unfreeze_exposure", "reset", "ship_variant"])
def test_patch_flag__frozen_cohort_of_another__refused_and_the_cohort_stays(
    client, running, victim, place, step
):
    flag = flag_of(running)
    sent = flag.filters | {"groups": [marked(victim)]}

    assert_invalid(client.patch(path_of(flag), {"filters": sent}), "filters")
    client.post(f"{place}{step}/", {"variant_key": "test"})

    victim.refresh_from_db()
    assert victim.deleted is False


def test_patch_flag__other_cohort_beside_the_frozen_one__refused(client, running, victim, take):
    take("freeze_exposure")
    flag = flag_of(running)
    sent = flag.filters | {"groups": [*flag.filters["groups"], marked(victim)]}

    assert_invalid(client.patch(path_of(flag), {"filters": sent}), "filters")

    flag.refresh_from_db()
    assert len(flag.filters["groups"]) == 1


def test_patch_flag__freeze_as_it_is__kept(client, running, take):
    take("freeze_exposure")
    flag = flag_of(running)
    [group] = flag.filters["groups"]
    asking = [each | {"label": "Exposed"} for each in group["properties"]]
    groups = [group | {"rollout_percentage": 40, "properties": asking}]

    response = client.patch(path_of(flag), {"filters": flag.filters | {"groups": groups}})

    assert response.status_code == 200, response.content
    assert flag_of(running).exposure_frozen
    [thawed] = take("unfreeze_exposure")["feature_flag"]["filters"]["groups"]
    assert (thawed["properties"], thawed["rollout_percentage"]) == ([], 40)
    assert Cohort.objects.get().deleted is True


def test_patch_flag__mark_without_its_condition__no_freeze(client, running, take, place):
    take("freeze_exposure")
    flag = flag_of(running)
    groups = [each | {"properties": []} for each in flag.filters["groups"]]

    client.patch(path_of(flag), {"filters": flag.filters | {"groups": groups}})

    assert not flag_of(running).exposure_frozen
    assert client.get(place).json()["status"] == "running"
    assert "not frozen" in take("unfreeze_exposure", status=400)["detail"]
    assert Cohort.objects.get().deleted is False


def test_patch_flag__condition_for_a_mark_that_was_stored_before__refused(client, running, victim):
    flag = flag_of(running)
    flag.filters = flag.filters | {"groups": [marked(victim, properties=[])]}
    flag.save()
    sent = flag.filters | {"groups": [marked(victim)]}

    assert_invalid(client.patch(path_of(flag), {"filters": sent}), "filters")

    assert client.patch(path_of(flag), {"filters": flag.filters}).status_code == 200


def test_schedule__frozen_cohort__refused(client, project, running, victim):
    value = {"groups": [marked(victim)]}
    body = {
        "record_id": str(running["feature_flag"]["id"]),
        "model_name": "FeatureFlag",
        "payload": {"operation": "add_release_condition", "value": value},
        "scheduled_at": "2031-01-31T09:00:00Z",
    }

    response = client.post(f"/api/projects/{project.pk}/scheduled_changes/", body)

    assert_invalid(response, "payload")


def test_duplicate__mark_without_its_condition__copied_without_it(client, running, victim, place):
    flag = flag_of(running)
    flag.filters = flag.filters | {"groups": [marked(victim, properties=[])]}
    flag.save()

    response = client.post(f"{place}duplicate/", {"feature_flag_key": "copy"})

    assert response.status_code == 201, response.content
    copy = Experiment.objects.get(pk=response.json()["id"])
    [group] = copy.feature_flag.filters["groups"]
    assert not group.keys() & {"exposure_frozen", "exposure_frozen_cohort"}
