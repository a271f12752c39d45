"""What is in the way of a change is named only to who may see it."""

import pytest

from tenants.levels import EXPERIMENT, FEATURE_FLAG
from tenants.models import AccessControl
from tests import factories
from tests.client import DocumentedClient


@pytest.fixture
def base(project):
    return f"/api/projects/{project.pk}/"


@pytest.fixture
def member(grace):
    return DocumentedClient(factories.make_key(grace))


@pytest.fixture
def hide(project):
    def hide(resource, pk):
        AccessControl.objects.create(
            project=project, resource=resource, resource_id=str(pk), access_level="none"
        )

    return hide


@pytest.fixture
def experiments(client, base):
    """Two experiments of ada on one flag: Open and Secret."""

    def make(name):
        body = {"name": name, "feature_flag_key": "shared"}
        return client.post(f"{base}experiments/", body).json()

    return make("Open"), make("Secret")


def test_deletion_of_a_flag__experiment_that_is_hidden__not_named(
    member, client, base, experiments, hide
):
    opened, secret = experiments
    hide(EXPERIMENT, secret["id"])
    url = f"{base}feature_flags/{opened['feature_flag']['id']}/"

    detail = member.patch(url, {"deleted": True}).json()["detail"]

    expected = f"Experiments use this flag: Open ({opened['id']}) and 1 other. Delete them first."
    assert detail == expected
    assert "Secret" in client.patch(url, {"deleted": True}).json()["detail"]


def test_deletion_of_a_flag__all_experiments_hidden__counted(member, base, experiments, hide):
    for each in experiments:
        hide(EXPERIMENT, each["id"])
    url = f"{base}feature_flags/{experiments[0]['feature_flag']['id']}/"

    detail = member.patch(url, {"deleted": True}).json()["detail"]

    assert detail == "Experiments use this flag: 2 that are not named here. Delete them first."


def test_deletion_of_many_flags__hidden_experiment__not_named(member, base, experiments, hide):
    opened, secret = experiments
    hide(EXPERIMENT, secret["id"])

    body = {"ids": [opened["feature_flag"]["id"]]}
    [error] = member.post(f"{base}feature_flags/bulk_delete/", body).json()["errors"]

    assert "Open" in error["reason"]
    assert "Secret" not in error["reason"]


def test_change_of_variants__hidden_experiment__not_named(member, client, base, experiments, hide):
    opened, secret = experiments
    for each in experiments:
        assert client.post(f"{base}experiments/{each['id']}/launch/").status_code == 200
    hide(EXPERIMENT, secret["id"])
    url = f"{base}feature_flags/{opened['feature_flag']['id']}/"
    filters = client.get(url).json()["filters"]
    variants = [{"key": "control", "rollout_percentage": 100}]

    response = member.patch(url, {"filters": filters | {"multivariate": {"variants": variants}}})

    assert (response.status_code, response.json()["attr"]) == (400, "filters")
    assert "Open" in response.json()["detail"]
    assert "Secret" not in response.json()["detail"]


def test_switching_a_flag_off__hidden_flag_depends_on_it__not_named(member, client, base, hide):
    needed = client.post(f"{base}feature_flags/", {"key": "needed"}).json()
    asked = {
        "key": str(needed["id"]),
        "type": "flag",
        "operator": "flag_evaluates_to",
        "value": True,
    }
    filters = {"groups": [{"properties": [asked], "rollout_percentage": 100}]}
    secret = client.post(f"{base}feature_flags/", {"key": "secret", "filters": filters}).json()
    hide(FEATURE_FLAG, secret["id"])
    url = f"{base}feature_flags/{needed['id']}/"

    hidden = member.patch(url, {"active": False})
    shown = client.patch(url, {"active": False})

    assert (hidden.status_code, shown.status_code) == (400, 400)
    assert "secret" not in hidden.json()["detail"]
    assert f"secret ({secret['id']})" in shown.json()["detail"]


def test_deletion_of_a_cohort__hidden_flag_asks_for_it__not_named(member, client, base, hide):
    cohort = client.post(f"{base}cohorts/", {"name": "Two", "is_static": True}).json()
    asked = {"key": "id", "type": "cohort", "value": cohort["id"], "operator": "in"}
    filters = {"groups": [{"properties": [asked], "rollout_percentage": 100}]}
    for key in ("open", "secret"):
        flag = client.post(f"{base}feature_flags/", {"key": key, "filters": filters}).json()
    hide(FEATURE_FLAG, flag["id"])
    url = f"{base}cohorts/{cohort['id']}/"

    detail = member.patch(url, {"deleted": True}).json()["detail"]

    assert detail == (
        "Active feature flags ask for this cohort: open and 1 other. Change them first."
    )
