from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.utils import timezone

from approvals.services import create_policy
from experiments.models import Experiment
from experiments.services import update_experiment
from tests import factories
from tests.activity.history import changed, entries, said
from tests.assertions import assert_invalid
from tests.client import DocumentedClient
from tests.experiments.paths import collection, member
from tests.looping import in_one_test

SUBJECT = "Experiment"
START = "2026-01-01T00:00:00Z"


def told(experiment):
    return [
        entry
        for entry in entries(experiment.project, SUBJECT)
        if entry.item_id == str(experiment.pk)
    ]


def test_experiment__life_in_two_hands__each_step_told(client, grace, project):
    other = DocumentedClient(factories.make_key(grace))

    pk = client.post(
        collection(project), {"name": "Checkout", "feature_flag_key": "checkout"}
    ).json()["id"]
    other.patch(f"{collection(project)}{pk}/", {"name": "Till", "description": "Which button?"})

    made, updated = entries(project, SUBJECT)
    assert [said(entry)[:2] for entry in (made, updated)] == [
        ("ada@example.com", "created"),
        ("grace@example.com", "updated"),
    ]
    assert {(entry.scope, entry.item_id) for entry in (made, updated)} == {(SUBJECT, str(pk))}
    assert made.detail == {
        "name": "Checkout",
        "short_id": None,
        "type": None,
        "trigger": None,
        "changes": None,
    }
    assert updated.detail["name"] == "Till"
    assert changed(updated) == {"name": ("Checkout", "Till"), "description": ("", "Which button?")}
    assert {change["type"] for change in updated.detail["changes"]} == {SUBJECT}


def test_experiment__made_with_its_flag__flag_told_first(client, project):
    client.post(collection(project), {"name": "Checkout", "feature_flag_key": "checkout"})

    assert [said(entry)[1:] for entry in entries(project)] == [
        ("created", "FeatureFlag"),
        ("created", SUBJECT),
    ]


def test_experiment__started_by_its_date__dates_as_text(client, experiment):
    client.patch(member(experiment), {"start_date": "2026-01-01T02:00:00+02:00"})

    changes = changed(told(experiment)[-1])
    assert changes["start_date"] == (None, "2026-01-01T00:00:00+00:00")
    assert changes["status"] == ("draft", "running")


def test_experiment__hidden_and_brought_back__named_for_it(client, experiment):
    client.patch(member(experiment), {"deleted": True})
    client.patch(member(experiment), {"deleted": False})

    _, hidden, back = told(experiment)
    assert (hidden.activity, changed(hidden)) == ("deleted", {"deleted": (False, True)})
    assert (back.activity, changed(back)) == ("restored", {"deleted": (True, False)})


def test_experiment__steps_of_its_life__each_told(client, grace, experiment):
    other = DocumentedClient(factories.make_key(grace))

    for step in ("launch", "pause", "resume", "end", "archive", "unarchive", "reset"):
        other.post(f"{member(experiment)}{step}/")

    launched, paused, resumed, ended, archived, unarchived, reset = told(experiment)[1:]
    assert {said(entry)[:2] for entry in told(experiment)[1:]} == {("grace@example.com", "updated")}
    assert changed(launched)["status"] == ("draft", "running")
    assert changed(paused) == {"feature_flag_active": (True, False)}
    assert changed(resumed) == {"feature_flag_active": (False, True)}
    assert changed(ended)["status"] == ("running", "stopped")
    assert changed(archived) == {"archived": (False, True)}
    assert changed(unarchived) == {"archived": (True, False)}
    assert changed(reset).keys() == {"start_date", "end_date", "status"}


def test_experiment__paused_and_resumed__told_of_its_flag(client, project, running_experiment):
    before = len(entries(project))

    client.post(f"{member(running_experiment)}pause/")
    client.post(f"{member(running_experiment)}resume/")

    paused, _, resumed, _ = entries(project)[before:]
    assert (said(paused)[2], changed(paused)["active"]) == ("FeatureFlag", (True, False))
    assert (said(resumed)[2], changed(resumed)["active"]) == ("FeatureFlag", (False, True))


def test_experiment__shipped__verdict_and_end_told(client, running_experiment):
    client.post(
        f"{member(running_experiment)}ship_variant/", {"variant_key": "test", "conclusion": "won"}
    )

    changes = changed(told(running_experiment)[-1])
    assert changes.keys() == {"end_date", "status", "conclusion", "feature_flag_filters"}
    assert changes["conclusion"] == (None, "won")


def test_experiment__duplicated__copy_told(client, project, experiment):
    before = len(entries(project))

    pk = client.post(f"{member(experiment)}duplicate/", {}).json()["id"]

    (copied,) = entries(project)[before:]
    assert (copied.activity, copied.item_id) == ("created", str(pk))
    assert copied.detail["name"] == "Checkout (Copy)"


def test_experiment__copied_to_another_project__told_there(client, organization, experiment):
    there = factories.make_project(organization, "There")
    before = entries(experiment.project)

    client.post(f"{member(experiment)}copy_to_project/", {"target_team_id": there.pk})

    assert entries(experiment.project) == before
    assert [said(entry)[1:] for entry in entries(there)] == [
        ("created", "FeatureFlag"),
        ("created", SUBJECT),
    ]


def test_experiment__flag_shared_with_another__other_told_too(client, project, ada, experiment):
    factories.make_experiment(
        project, ada, name="Sibling", feature_flag_key=experiment.feature_flag_key
    )
    sibling = Experiment.objects.get(name="Sibling")
    before = len(entries(project))
    keys = [("control", 40), ("test", 30), ("other", 30)]
    variants = [{"key": key, "rollout_percentage": share} for key, share in keys]

    client.patch(member(experiment), {"parameters": {"feature_flag_variants": variants}})

    sibling.refresh_from_db()
    assert len(sibling.parameters["feature_flag_variants"]) == 3
    assert [(said(entry)[2], entry.item_id) for entry in entries(project)[before:]] == [
        ("FeatureFlag", str(experiment.feature_flag_id)),
        (SUBJECT, str(sibling.pk)),
        (SUBJECT, str(experiment.pk)),
    ]


@in_one_test(
    "body",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"name": "Checkout", "archived": False}, id="stored_values"),
    ],
)
def test_experiment__update_without_changes__nothing_told(client, experiment, body):
    response = client.patch(member(experiment), body)

    assert response.status_code == 200
    assert [entry.activity for entry in told(experiment)] == ["created"]


def test_experiment__read_and_written_back__nothing_told(client, experiment):
    client.post(f"{member(experiment)}launch/")
    client.post(f"{member(experiment)}end/")
    body = client.get(member(experiment)).json()
    before = told(experiment)

    response = client.put(member(experiment), body)

    assert response.status_code == 200
    assert told(experiment) == before


def test_experiment__change_refused__nothing_told(client, project, running_experiment):
    before = entries(project)

    response = client.patch(member(running_experiment), {"name": "Till", "type": "web"})

    assert_invalid(response, "type")
    assert entries(project) == before


def test_experiment__step_refused__nothing_told(client, project, running_experiment):
    before = entries(project)

    response = client.post(f"{member(running_experiment)}launch/")

    assert_invalid(response, None)
    assert entries(project) == before


def test_experiment__rolled_back__nothing_told(project, ada, experiment):
    before = entries(project)

    with transaction.atomic():
        update_experiment.in_transaction(
            experiment=experiment, changes={"name": "Till"}, actor=ada, now=timezone.now()
        )
        inside = entries(project)
        transaction.set_rollback(True)

    assert len(inside) == len(before) + 1
    assert entries(project) == before


@pytest.fixture
def launch_needs_grace(project, ada, grace):
    config = {"quorum": 1, "users": [grace.pk], "roles": []}
    create_policy(
        project=project,
        values={"action_key": "feature_flag.enable", "approver_config": config},
        actor=ada,
        now=timezone.now(),
    )


@pytest.mark.usefixtures("launch_needs_grace")
def test_experiment__others_must_agree__nothing_told(client, project, experiment):
    before = entries(project)

    response = client.patch(member(experiment), {"start_date": START})

    assert response.status_code == 409
    assert response.json()["code"] == "approval_required"
    assert entries(project) == before


@pytest.mark.usefixtures("launch_needs_grace")
def test_experiment__others_have_agreed__told_of_who_asked(client, grace, project, experiment):
    asked = client.patch(member(experiment), {"start_date": START}).json()
    request = asked["change_request_id"]
    voter = DocumentedClient(factories.make_key(grace))
    before = len(entries(project))

    response = voter.post(f"/api/projects/{project.pk}/change_requests/{request}/approve/", {})

    assert response.status_code == 200
    assert [said(entry) for entry in entries(project)[before:]] == [
        ("ada@example.com", "updated", "FeatureFlag"),
        ("ada@example.com", "updated", SUBJECT),
    ]
    started = datetime(2026, 1, 1, tzinfo=UTC).isoformat()
    assert changed(told(experiment)[-1])["start_date"] == (None, started)
