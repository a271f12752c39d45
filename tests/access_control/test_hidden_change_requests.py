"""Change requests about things that a member must not know of."""

import pytest
from django.core import mail
from django.utils import timezone

from approvals.models import ChangeRequest
from approvals.services import create_policy
from tenants.levels import EXPERIMENT, FEATURE_FLAG
from tests import factories
from tests.assertions import assert_error
from tests.client import DocumentedClient

LAUNCH = {"start_date": "2026-01-01T00:00:00Z"}


@pytest.fixture
def linus(organization):
    return factories.make_user("linus@example.com", organization)


@pytest.fixture
def onlooker(linus):
    return DocumentedClient(factories.make_key(linus))


def gate(action_key, project, *approvers):
    create_policy(
        project=project,
        values={
            "action_key": action_key,
            "approver_config": {"quorum": 1, "users": [user.pk for user in approvers]},
        },
        actor=approvers[0],
        now=timezone.now(),
    )


@pytest.fixture
def requests(project):
    return f"/api/projects/{project.pk}/change_requests/"


GATES = {"flag": "feature_flag.update", "holdout": "experiment_holdout.update"}
BODIES = {
    "holdout": {"filters": [{"properties": [], "rollout_percentage": 42}]},
    "creation": LAUNCH | {"name": "New", "feature_flag_key": "brand-new"},
    "experiment": LAUNCH,
}


def partly(filters):
    return filters | {"groups": [{"properties": [], "rollout_percentage": 42}]}


@pytest.fixture
def draft(project, ada):
    return factories.make_experiment(project, ada)


@pytest.fixture
def ask(project, client, running_experiment, draft, edith, linus):
    """Ask for something as ada, who made everything there is."""
    places = {
        "flag": f"feature_flags/{running_experiment.feature_flag_id}",
        "holdout": f"experiment_holdouts/{running_experiment.holdout_id}",
        "experiment": f"experiments/{draft.pk}",
        "creation": "experiments",
    }

    def ask(what):
        gate(GATES.get(what, "feature_flag.enable"), project, edith, linus)
        body = BODIES.get(what) or {"filters": partly(running_experiment.feature_flag.filters)}
        send = client.post if what == "creation" else client.patch
        response = send(f"/api/projects/{project.pk}/{places[what]}/", body)
        assert response.status_code == 409, response.content
        return ChangeRequest.objects.get()

    return ask


def assert_hidden(onlooker, requests, request) -> None:
    assert onlooker.get(requests).json()["results"] == []
    assert onlooker.get(requests).json()["count"] == 0
    assert_error(onlooker.get(f"{requests}{request.pk}/"), 404, "not_found")
    for vote in ("approve", "reject", "cancel"):
        assert_error(
            onlooker.post(f"{requests}{request.pk}/{vote}/", {"reason": "No"}), 404, "not_found"
        )


def assert_shown(reader, requests, request) -> None:
    assert [each["id"] for each in reader.get(requests).json()["results"]] == [str(request.pk)]
    assert reader.get(f"{requests}{request.pk}/").status_code == 200


WHAT = pytest.mark.parametrize("what", ["experiment", "flag", "holdout", "creation"])


@WHAT
def test_hidden_change_requests__no_rule__shown(onlooker, requests, ask, what):
    assert_shown(onlooker, requests, ask(what))


@WHAT
def test_hidden_change_requests__viewer__shown(onlooker, requests, ask, give, linus, what):
    request = ask(what)
    give("viewer", to=linus, about=EXPERIMENT)
    give("viewer", to=linus, about=FEATURE_FLAG)

    assert_shown(onlooker, requests, request)


@WHAT
def test_hidden_change_requests__kind_denied__neither_listed_nor_found(
    onlooker, requests, ask, give, linus, what
):
    request = ask(what)
    give("none", to=linus, about=FEATURE_FLAG if what == "flag" else EXPERIMENT)

    assert_hidden(onlooker, requests, request)


@pytest.mark.parametrize("what", ["experiment", "flag", "creation"])
def test_hidden_change_requests__all_flags_denied__neither_listed_nor_found(
    onlooker, requests, ask, give, linus, what
):
    request = ask(what)
    give("none", to=linus, about=FEATURE_FLAG)

    assert_hidden(onlooker, requests, request)


@WHAT
def test_hidden_change_requests__everything_denied_to_members__admins_and_who_asked_see_it(
    admin, client, requests, ask, give, what
):
    request = ask(what)
    give("none", about=EXPERIMENT)
    give("none", about=FEATURE_FLAG)

    assert_shown(admin, requests, request)
    assert_shown(client, requests, request)


def test_hidden_change_requests__flag_denied__neither_listed_nor_found(
    onlooker, requests, ask, give, linus, running_experiment
):
    request = ask("flag")
    give("none", to=linus, about=FEATURE_FLAG, row=running_experiment.feature_flag)

    assert_hidden(onlooker, requests, request)


def test_hidden_change_requests__experiment_denied__neither_listed_nor_found(
    onlooker, requests, ask, give, linus, draft
):
    request = ask("experiment")
    give("none", to=linus, about=EXPERIMENT, row=draft)

    assert_hidden(onlooker, requests, request)


def test_hidden_change_requests__another_one_denied__shown(
    onlooker, requests, ask, give, linus, running_experiment
):
    request = ask("experiment")
    give("none", to=linus, about=EXPERIMENT, row=running_experiment)
    give("none", to=linus, about=FEATURE_FLAG, row=running_experiment.feature_flag)

    assert_shown(onlooker, requests, request)


def test_hidden_change_requests__only_this_one_shown__shown(
    onlooker, requests, ask, give, linus, draft
):
    request = ask("experiment")
    give("none", to=linus, about=EXPERIMENT)
    assert_hidden(onlooker, requests, request)

    give("editor", to=linus, about=EXPERIMENT, row=draft)

    assert_shown(onlooker, requests, request)


def test_hidden_change_requests__own_request_about_what_is_denied_now__shown(
    client, requests, ask, give, ada
):
    request = ask("experiment")
    give("none", to=ada, about=FEATURE_FLAG)

    assert_shown(client, requests, request)


def test_hidden_change_requests__somebody_elses_stands_in_the_way__not_shown(
    onlooker, ask, give, linus, draft
):
    # The open request came through an experiment that linus must not know of; the flag is his.
    request = ask("experiment")
    give("none", to=linus, about=EXPERIMENT, row=draft)
    url = f"/api/projects/{draft.project_id}/feature_flags/{draft.feature_flag_id}/"

    response = onlooker.patch(url, {"active": True})

    assert response.status_code == 409
    body = response.json()
    assert body["code"] == "change_request_pending"
    assert body["change_request_id"] == str(request.pk)
    assert "change_request" not in body
    assert "start_date" not in response.content.decode()


def test_hidden_change_requests__approver_who_must_not_know__gets_no_mail(
    ask, give, linus, settings, django_capture_on_commit_callbacks, running_experiment
):
    settings.EMAIL_HOST = "mail.example.com"
    give("none", to=linus, about=FEATURE_FLAG, row=running_experiment.feature_flag)

    with django_capture_on_commit_callbacks(execute=True):
        ask("flag")

    assert {to for message in mail.outbox for to in message.to} == {"edith@example.com"}
