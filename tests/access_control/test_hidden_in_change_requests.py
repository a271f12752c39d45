"""Change requests that reach experiments which a member must not know of."""

import pytest
from django.utils import timezone

from approvals.models import ChangeRequest
from approvals.services import create_policy
from tenants.levels import FEATURE_FLAG
from tests import factories
from tests.client import DocumentedClient

EXCLUSION = {"filters": [{"properties": [], "rollout_percentage": 42}]}
NAMES = ("Top secret merger", "merger-flag")


@pytest.fixture
def secret(project, ada, holdout):
    """An experiment that is out of sight, beside one that is not, in one holdout."""
    factories.make_experiment(project, ada, name="Plain", holdout=holdout)
    return factories.make_experiment(
        project, ada, name=NAMES[0], feature_flag_key=NAMES[1], holdout=holdout
    )


@pytest.fixture
def _governed(project, edith):
    policies = ("experiment_holdout.update", "experiment_holdout.delete")
    for key in policies:
        config = {"quorum": 1, "users": [edith.pk]}
        values = {"action_key": key, "approver_config": config}
        create_policy(project=project, values=values, actor=edith, now=timezone.now())


@pytest.fixture
def place(project, holdout):
    return f"/api/projects/{project.pk}/experiment_holdouts/{holdout.pk}/"


@pytest.fixture
def requests(project):
    return f"/api/projects/{project.pk}/change_requests/"


@pytest.fixture
def hide(give, secret):
    def hide(user, whole_kind=False):
        give("none", to=user, row=None if whole_kind else secret)
        give("none", to=user, about=FEATURE_FLAG, row=secret.feature_flag)

    return hide


def assert_unnamed(response):
    text = response.content.decode()
    assert [name for name in NAMES if name in text] == []


def named_in(document):
    shown = [document["intent"], document["intent_display"]]
    return [[each["name"] for each in part["affected_experiments"]] for part in shown]


@pytest.mark.usefixtures("_governed")
@pytest.mark.parametrize("method", ["patch", "delete"])
def test_affected_experiments__one_is_denied_who_asks__left_out(
    colleague, place, hide, grace, method
):
    hide(grace)

    response = getattr(colleague, method)(place, *[EXCLUSION] * (method == "patch"))

    assert response.status_code == 409
    assert_unnamed(response)
    assert named_in(response.json()["change_request"]) == [["Plain"]] * 2
    assert (
        "affects 2 experiments"
        in response.json()["change_request"]["intent_display"]["description"]
    )


@pytest.mark.usefixtures("_governed", "secret")
def test_affected_experiments__none_is_denied__all_named(colleague, place):
    body = colleague.patch(place, EXCLUSION).json()

    assert named_in(body["change_request"]) == [["Plain", NAMES[0]]] * 2


@pytest.mark.usefixtures("_governed")
def test_affected_experiments__one_is_denied_who_reads__left_out(
    client, place, requests, hide, organization
):
    client.patch(place, EXCLUSION)
    linus = factories.make_user("linus@example.com", organization)
    hide(linus)
    onlooker = DocumentedClient(factories.make_key(linus))
    request = ChangeRequest.objects.get()

    assert_unnamed(onlooker.get(requests))
    assert_unnamed(onlooker.get(f"{requests}{request.pk}/"))
    assert named_in(onlooker.get(requests).json()["results"][0]) == [["Plain"]] * 2


@pytest.mark.usefixtures("_governed")
def test_affected_experiments__all_but_some_are_denied__only_those_named(
    client, place, requests, hide, organization
):
    client.patch(place, EXCLUSION)
    linus = factories.make_user("linus@example.com", organization)
    hide(linus, whole_kind=True)
    request = ChangeRequest.objects.get()
    request.created_by = linus
    request.save()

    response = DocumentedClient(factories.make_key(linus)).get(requests)

    assert named_in(response.json()["results"][0]) == [[]] * 2


@pytest.mark.usefixtures("_governed")
def test_affected_experiments__agreed_to_by_who_does_not_see_them__carried_out(
    colleague, admin, place, hide, grace, requests
):
    hide(grace)
    colleague.patch(place, EXCLUSION)
    request = ChangeRequest.objects.get()

    body = admin.post(f"{requests}{request.pk}/approve/", {}).json()

    assert body["status"] == "applied", body
    assert admin.get(place).json()["filters"][0]["rollout_percentage"] == 42
