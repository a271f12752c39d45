import pytest

from experiments.models import Experiment
from feature_flags.models import FeatureFlag
from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient
from tests.experiments.database_rows import everything
from tests.experiments.lifecycle import NOW, NOW_ON_THE_WIRE, make_running, make_stopped, step
from tests.experiments.paths import collection, member
from tests.factories import make_experiment, make_key
from tests.looping import in_one_test


def test_archive_experiment__stopped__out_of_the_list_and_else_the_same(
    client, project, ada, time_machine
):
    experiment = make_stopped(project, ada, conclusion="won")
    before = client.get(member(experiment)).json()
    flag = FeatureFlag.objects.values().get()
    time_machine.move_to(NOW, tick=False)

    response = client.post(step(experiment, "archive"))

    assert response.status_code == 200
    assert response.json() == before | {"archived": True, "updated_at": NOW_ON_THE_WIRE}
    assert client.get(member(experiment)).json() == response.json()
    assert client.get(collection(project)).json()["count"] == 0
    assert Experiment.objects.get().archived is True
    assert FeatureFlag.objects.values().get() == flag


def test_archive_experiment__archived_already__refused(client, project, ada):
    experiment = make_stopped(project, ada, archived=True)
    before = everything()

    response = client.post(step(experiment, "archive"))

    assert_invalid(response, None)
    assert everything() == before


@in_one_test("make", [make_experiment, make_running], ids=["draft", "running"])
def test_archive_experiment__not_stopped__refused(client, project, ada, make):
    experiment = make(project, ada)
    before = everything()

    response = client.post(step(experiment, "archive"))

    assert_invalid(response, None)
    assert everything() == before


def test_archive_experiment__draft_patched__archived_until_it_is_launched(client, project, ada):
    experiment = make_experiment(project, ada)

    response = client.patch(member(experiment), {"archived": True})

    assert response.json()["archived"] is True
    assert client.post(step(experiment, "launch")).json()["archived"] is False
    assert client.get(collection(project), {"status": "running"}).json()["count"] == 1


def test_archive_experiment__archived_draft_started_by_patch__unarchived(client, project, ada):
    experiment = make_experiment(project, ada, archived=True)

    response = client.patch(
        member(experiment), {"archived": True, "start_date": "2026-01-01T00:00:00Z"}
    )

    assert (response.json()["status"], response.json()["archived"]) == ("running", False)


def test_archive_experiment__running_patched__refused(client, project, ada):
    experiment = make_running(project, ada)
    before = everything()

    response = client.patch(member(experiment), {"archived": True})

    assert_invalid(response, "archived")
    assert everything() == before


def test_archive_experiment__end_taken_back__unarchived(client, project, ada):
    experiment = make_stopped(project, ada, archived=True)

    response = client.patch(member(experiment), {"end_date": None})

    assert (response.json()["status"], response.json()["archived"]) == ("running", False)


@pytest.mark.parametrize("active", [True, False])
def test_archive_experiment__flag_to_be_disabled__archived(client, project, ada, active):
    experiment = make_stopped(project, ada)
    FeatureFlag.objects.update(active=active)

    response = client.post(step(experiment, "archive"), {"disable_feature_flag": True})

    assert response.json()["archived"] is True
    assert response.json()["feature_flag"]["active"] is False
    assert response.json()["feature_flag"]["version"] == 2
    assert FeatureFlag.objects.get().archived is True


def test_archive_experiment__flag_to_be_disabled_by_a_key_for_experiments__refused(project, ada):
    experiment = make_stopped(project, ada)
    client = DocumentedClient(make_key(ada, "experiment:write"))
    before = everything()

    refused = client.post(step(experiment, "archive"), {"disable_feature_flag": True})

    assert_error(refused, 403, "permission_denied")
    assert "feature_flag:write" in refused.json()["detail"]
    assert everything() == before
    assert client.post(step(experiment, "archive")).status_code == 200


def test_archive_experiment__flag_archived_already__untouched(client, project, ada):
    experiment = make_stopped(project, ada)
    FeatureFlag.objects.update(active=False, archived=True)

    response = client.post(step(experiment, "archive"), {"disable_feature_flag": True})

    assert response.json()["feature_flag"]["version"] == 1


def test_archive_experiment__flag_that_is_needed__refused(client, project, ada):
    experiment = make_stopped(project, ada)
    wanted = {
        "key": str(experiment.feature_flag_id),
        "type": "flag",
        "operator": "flag_evaluates_to",
        "value": True,
    }
    body = {"key": "dependent", "filters": {"groups": [{"properties": [wanted]}]}}
    assert client.post(f"/api/projects/{project.pk}/feature_flags/", body).status_code == 201
    before = everything()

    response = client.post(step(experiment, "archive"), {"disable_feature_flag": True})

    assert response.status_code == 400
    assert "dependent" in response.json()["detail"]
    assert everything() == before


def test_launch_experiment__archived_flag__refused(client, project, ada):
    experiment = make_experiment(project, ada)
    FeatureFlag.objects.update(active=False, archived=True)
    before = everything()

    response = client.post(step(experiment, "launch"))

    assert response.status_code == 400
    assert "archived" in response.json()["detail"]
    assert everything() == before


@pytest.mark.parametrize("wish", ["yes", 1, None, "true", []], ids=repr)
def test_archive_experiment__no_boolean__refused(client, project, ada, wish):
    experiment = make_stopped(project, ada)
    before = everything()

    response = client.post(step(experiment, "archive"), {"disable_feature_flag": wish})

    assert (response.status_code, response.json()["attr"]) == (400, "disable_feature_flag")
    assert everything() == before


@pytest.mark.parametrize("body", [{"archived": False}, {"disable_feature_flag": False}], ids=str)
def test_archive_experiment__body__ignored(client, project, ada, body):
    experiment = make_stopped(project, ada)

    response = client.post(step(experiment, "archive"), body)

    assert response.json()["archived"] is True
    assert FeatureFlag.objects.get().active is True
