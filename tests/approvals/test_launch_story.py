from approvals.models import ChangeRequest
from experiments.models import Experiment
from tests.client import DocumentedClient
from tests.factories import make_key, make_user


def test_launch__agreed_to_by_second_key__launched(client, grace, organization, project, experiment):
    admin = DocumentedClient(make_key(make_user("root@example.com", organization, level=8)))
    policy = {"action_key": "feature_flag.enable", "approver_config": {"quorum": 1, "users": [grace.pk]}}
    assert admin.post(f"/api/projects/{project.pk}/approval_policies/", policy).status_code == 201
    path = f"/api/projects/{project.pk}/experiments/{experiment.pk}/"
    launch = {"start_date": "2026-01-01T00:00:00Z", "name": "Launched"}

    refused = client.patch(path, launch)

    assert refused.status_code == 409
    request = ChangeRequest.objects.get()
    assert refused.json()["change_request_id"] == str(request.pk)
    assert Experiment.objects.get().start_date is None

    voter = DocumentedClient(make_key(grace, "approvals:write"))
    vote = voter.post(f"/api/projects/{project.pk}/change_requests/{request.pk}/approve/", {})

    assert vote.status_code == 200, vote.content
    assert vote.json()["status"] == "applied", vote.json()["message"]
    stored = Experiment.objects.get()
    assert (stored.name, stored.feature_flag.active) == ("Launched", True)
    assert stored.start_date is not None
