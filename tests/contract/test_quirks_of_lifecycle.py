import json

import pytest
from django.utils import timezone

from approvals.models import ChangeRequest
from approvals.services import create_policy
from cohorts.models import CohortMember
from events.models import Person
from experiments.models import Experiment
from feature_flags.models import FeatureFlag
from tests.assertions import assert_error, assert_invalid
from tests.client import Client, DocumentedClient
from tests.factories import change_experiment, make_experiment, make_key
from tests.looping import in_one_test

LEGACY = {"kind": "ExperimentTrendsQuery", "count_query": {"kind": "TrendsQuery"}, "uuid": "a"}


def url(experiment, step=""):
    path = f"/api/projects/{experiment.project_id}/experiments/{experiment.pk}/"
    return path + (f"{step}/" if step else "")


@pytest.fixture
def govern(project, grace):
    def make(action_key, quorum=1):
        config = {"quorum": quorum, "users": [grace.pk]}
        values = {"action_key": action_key, "approver_config": config}
        create_policy(project=project, values=values, actor=grace, now=timezone.now())

    return make


# Quirk: launch-clears-the-end
def test_launch__draft_with_an_end__runs(client, project, ada):
    experiment = make_experiment(project, ada, end_date=timezone.now())

    response = client.post(url(experiment, "launch"))

    assert (response.json()["status"], response.json()["end_date"]) == ("running", None)


# Quirk: ship-is-idempotent
def test_ship__twice__flag_written_once_and_holdout_kept(client, running_experiment, holdout):
    shipped = [
        client.post(url(running_experiment, "ship_variant"), {"variant_key": "test"}).json()
        for _ in range(2)
    ]

    first, second = (answer["feature_flag"] for answer in shipped)
    assert first == second
    assert first["filters"]["holdout"]["id"] == holdout.pk


# Quirk: list-parameters-are-for-lists
@pytest.mark.parametrize("query", [{"search": "zzz"}, {"order": "bogus"}], ids=str)
def test_retrieve__list_parameters__no_effect(client, experiment, query):
    response = client.get(url(experiment), query)

    assert response.json() == client.get(url(experiment)).json()


# Quirk: list-parameters-are-for-lists
@in_one_test("name", ["created_by_id", "feature_flag_id"])
def test_list__id_that_is_none__refused(client, project, name):
    response = client.get(f"/api/projects/{project.pk}/experiments/", {name: "ada"})

    assert_invalid(response, None)


# Quirk: copies-refuse-barely
@pytest.mark.parametrize("step", ["duplicate", "copy_to_project"])
def test_copy__legacy_metrics__bare_detail(client, project, experiment, step):
    Experiment.objects.update(metrics=[LEGACY], primary_metrics_ordered_uuids=["a"])

    response = client.post(url(experiment, step), {"target_team_id": project.pk})

    assert response.status_code == 400
    assert list(response.json()) == ["detail"]


# Quirk: no-resource-id-for-posts
def test_launch__needs_approval__request_without_resource_id(client, experiment, govern):
    govern("feature_flag.enable")

    response = client.post(url(experiment, "launch"))

    assert response.json()["resource_id"] is None
    intent = response.json()["change_request"]["intent"]
    assert intent["flag_id"] == FeatureFlag.objects.get().pk


# Quirk: deletions-answer-otherwise
def test_delete_holdout__needs_approval__bodies_of_its_own(
    client, project, ada, experiment, holdout, govern
):
    change_experiment(experiment, ada, holdout=holdout)
    govern("experiment_holdout.delete")
    path = f"/api/projects/{project.pk}/experiment_holdouts/{holdout.pk}/"

    first, second = client.delete(path), client.delete(path)

    assert (first.status_code, second.status_code) == (409, 409)
    assert all("detail" in each.json() for each in (first, second))
    assert {"message", "change_request"} <= first.json().keys()
    assert {"error", "existing_change_request"} <= second.json().keys()
    assert "message" not in second.json()


# Quirk: vote-errors
def test_vote__second_one__bare_error(client, grace, experiment, govern):
    govern("feature_flag.enable", quorum=2)
    client.post(url(experiment, "launch"))
    request = ChangeRequest.objects.get()
    path = f"/api/projects/{request.project_id}/change_requests/{request.pk}/approve/"
    voter = DocumentedClient(make_key(grace))
    voter.post(path, {})

    response = voter.post(path, {})

    assert response.status_code == 400
    assert list(response.json()) == ["error", "detail"]


# Quirk: frozen-without-persons
def test_freeze_exposure__exposed_people_without_a_profile__are_in(client, project):
    url = f"/api/projects/{project.pk}/experiments/"
    created = client.post(url, {"name": "Checkout", "feature_flag_key": "checkout"}).json()
    client.post(f"{url}{created['id']}/launch/")
    properties = {"$feature_flag": "checkout", "$feature_flag_response": "test"}
    event = {"event": "$feature_flag_called", "distinct_id": "ann", "properties": properties}
    Client().post(
        "/batch/",
        json.dumps({"api_key": project.api_token, "batch": [event]}),
        content_type="application/json",
    )

    assert client.post(f"{url}{created['id']}/freeze_exposure/").status_code == 200

    assert not Person.objects.exists()
    assert CohortMember.objects.count() == 1


# Quirk: deletions-say-what-to-send
@pytest.mark.parametrize("kind", ["experiments", "feature_flags"])
def test_delete__hidden_by_patch__says_so(client, experiment, kind):
    pk = experiment.pk if kind == "experiments" else experiment.feature_flag_id

    response = client.delete(f"/api/projects/{experiment.project_id}/{kind}/{pk}/")

    assert_error(response, 405, "method_not_allowed")
    assert "PATCH" in response.json()["detail"]
