from approvals.models import ChangeRequest
from experiments.models import Experiment
from tests.approvals.changes import LAUNCH
from tests.approvals.paths import member, policies, request_at, requests
from tests.client import DocumentedClient
from tests.factories import make_key


def test_launch__agreed_to_by_second_key__launched(client, admin, grace, project, experiment):
    policy = {
        "action_key": "feature_flag.enable",
        "approver_config": {"quorum": 1, "users": [grace.pk]},
    }
    assert admin.post(policies(project), policy).status_code == 201

    refused = client.patch(member(experiment), LAUNCH | {"name": "Launched"})

    assert refused.status_code == 409
    request = ChangeRequest.objects.get()
    assert refused.json()["change_request_id"] == str(request.pk)
    stored = Experiment.objects.get()
    assert (stored.name, stored.start_date) == (experiment.name, None)

    voter = DocumentedClient(make_key(grace, "approvals:write"))
    assert voter.get(requests(project)).json()["results"][0]["can_approve"] is True
    vote = voter.post(request_at(request, "approve"), {})

    assert (vote.status_code, vote.json()["status"]) == (200, "applied")
    stored = Experiment.objects.get()
    assert (stored.name, stored.feature_flag.active) == ("Launched", True)
    assert stored.start_date is not None


def test_launch__rejected__draft_and_next_attempt_asks_anew(client, voter, launch_request):
    voter.post(request_at(launch_request, "reject"), {"reason": "Not on a Friday."})

    again = client.patch(member(Experiment.objects.get()), LAUNCH)

    assert again.status_code == 409
    assert again.json()["code"] == "approval_required"
    assert again.json()["change_request_id"] != str(launch_request.pk)
    assert Experiment.objects.get().is_draft
