import json

import pytest
from django.db import IntegrityError

from approvals.models import ApprovalPolicy, ChangeRequest
from approvals.services import open_request
from experiments.models import Experiment
from tests import factories
from tests.approvals.changes import LAUNCH, recorded
from tests.approvals.paths import member, request_at
from tests.client import DocumentedClient


def test_recorded__key_in_the_body__not_kept(ada, make_policy, experiment):
    make_policy()
    key = factories.make_key(ada)

    response = DocumentedClient().patch(member(experiment), LAUNCH | {"personal_api_key": key})

    assert response.status_code == 409
    assert ChangeRequest.objects.get().intent["full_request_data"] == LAUNCH
    assert key not in str(recorded())


@pytest.mark.parametrize("value", ["\x00", "\ud800", 2**70, [["\x00"]]], ids=ascii)
def test_recorded__unknown_member_no_database_keeps__left_out(
    client, make_policy, experiment, value
):
    make_policy()

    body = json.dumps(LAUNCH | {"unknown": value, "known": "to nobody"})
    response = client.patch(member(experiment), body, content_type="application/json")

    assert response.status_code == 409
    kept = LAUNCH | {"known": "to nobody"}
    assert ChangeRequest.objects.get().intent["full_request_data"] == kept


def test_recorded__policy_edited_or_deleted_later__rules_stay(
    admin, client, project, launch_request
):
    before = client.get(request_at(launch_request)).json()

    ApprovalPolicy.objects.update(approver_config={"quorum": 9}, enabled=False)
    ApprovalPolicy.objects.all().delete()

    assert client.get(request_at(launch_request)).json() == before


def test_recorded__experiment_deleted_before_it_could_be__not_found(
    client, make_policy, experiment, monkeypatch
):
    make_policy()

    def delete_first(required, operation):
        Experiment.objects.update(deleted=True)

    monkeypatch.setattr(open_request, "_open_request", delete_first)
    response = client.patch(member(experiment), LAUNCH)

    assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert recorded() == []


def test_recorded__someone_faster_but_decided_by_then__asked_again(
    client, make_policy, experiment, monkeypatch
):
    make_policy()
    record, tries = open_request._record, []

    def collide_once(*arguments):
        tries.append(arguments)
        if len(tries) == 1:
            raise IntegrityError
        return record(*arguments)

    monkeypatch.setattr(open_request, "_record", collide_once)
    response = client.patch(member(experiment), LAUNCH)

    assert (response.status_code, response.json()["code"]) == (409, "approval_required")
    assert (len(tries), ChangeRequest.objects.count()) == (2, 1)
