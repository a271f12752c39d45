import pytest
from django.utils import timezone

from approvals.services import create_policy
from tests import factories
from tests.activity.history import changed, entries, said
from tests.assertions import assert_invalid
from tests.client import DocumentedClient

SUBJECT = "ExperimentHoldout"


def url(project, pk=None):
    tail = "" if pk is None else f"{pk}/"
    return f"/api/projects/{project.pk}/experiment_holdouts/{tail}"


def groups(percentage, holdout=None):
    variant = {} if holdout is None else {"variant": f"holdout-{holdout.pk}"}
    return [{"properties": [], "rollout_percentage": percentage} | variant]


def test_holdout__life_in_several_hands__each_step_told(client, grace, project):
    other = DocumentedClient(factories.make_key(grace))

    pk = client.post(url(project), {"name": "Nobody"}).json()["id"]
    other.patch(url(project, pk), {"name": "Few", "description": "Kept out"})
    client.delete(url(project, pk))

    made, changed_entry, gone = entries(project)
    assert [said(entry) for entry in (made, changed_entry, gone)] == [
        ("ada@example.com", "created", SUBJECT),
        ("grace@example.com", "updated", SUBJECT),
        ("ada@example.com", "deleted", SUBJECT),
    ]
    assert {(entry.scope, entry.item_id) for entry in (made, changed_entry, gone)} == {
        ("Experiment", str(pk))
    }
    assert changed(changed_entry) == {"name": ("Nobody", "Few"), "description": (None, "Kept out")}
    assert made.detail == gone.detail | {"name": "Nobody"}
    assert gone.detail == {
        "name": "Few",
        "short_id": None,
        "type": "holdout",
        "trigger": None,
        "changes": None,
    }


def test_holdout__percentage_changed__told_with_its_flags(
    client, project, holdout, running_experiment
):
    before = len(entries(project))
    flag_before = running_experiment.feature_flag.filters

    client.patch(url(project, holdout.pk), {"filters": groups(20)})

    flag_entry, holdout_entry = entries(project)[before:]
    assert said(flag_entry)[1:] == ("updated", "FeatureFlag")
    assert changed(flag_entry)["filters"][0] == flag_before
    assert changed(flag_entry)["filters"][1]["holdout"]["exclusion_percentage"] == 20
    assert said(holdout_entry)[1:] == ("updated", SUBJECT)
    assert changed(holdout_entry) == {"filters": (groups(10, holdout), groups(20, holdout))}


def test_holdout__change__names_its_kind(client, project, holdout):
    client.patch(url(project, holdout.pk), {"name": "Few"})

    assert entries(project)[-1].detail["changes"] == [
        {
            "type": SUBJECT,
            "action": "changed",
            "field": "name",
            "before": "Holdout",
            "after": "Few",
        }
    ]


def test_holdout__same_values_again__nothing_told(client, project, holdout):
    client.patch(url(project, holdout.pk), {"name": holdout.name, "filters": holdout.filters})

    assert [entry.activity for entry in entries(project)] == ["created"]


@pytest.mark.usefixtures("running_experiment")
def test_holdout__deleted__flags_told_first(client, project, holdout):
    before = len(entries(project))

    client.delete(url(project, holdout.pk))

    assert [said(entry)[1:] for entry in entries(project)[before:]] == [
        ("updated", "FeatureFlag"),
        ("deleted", SUBJECT),
    ]


def test_holdout__change_refused__nothing_told(client, project, holdout):
    response = client.patch(url(project, holdout.pk), {"name": "Few", "filters": groups(101)})

    assert_invalid(response, "filters")
    assert [entry.activity for entry in entries(project)] == ["created"]


@pytest.mark.usefixtures("running_experiment")
def test_holdout__others_must_agree__nothing_told(client, project, ada, grace, holdout):
    config = {"quorum": 1, "users": [grace.pk], "roles": []}
    create_policy(
        project=project,
        values={"action_key": "experiment_holdout.delete", "approver_config": config},
        actor=ada,
        now=timezone.now(),
    )
    before = entries(project)

    response = client.delete(url(project, holdout.pk))

    assert response.status_code == 409
    assert response.json()["code"] == "approval_required"
    assert entries(project) == before
