import pytest
from django.utils import timezone

from approvals.models import ApprovalPolicy, ChangeRequest
from tests import factories
from tests.client import DocumentedClient
from tests.experiments.paths import member

LAUNCH = {"start_date": "2026-01-01T00:00:00Z"}
RULES = {"quorum": 1, "users": [], "roles": []}


@pytest.fixture
def make_policy(project):
    def make(key):
        return ApprovalPolicy.objects.create(
            organization=project.organization,
            project=project,
            action_key=key,
            approver_config=RULES,
        )

    return make


# Quirk: policies-are-enforced
def test_quirks__policy_that_nothing_asks__refused(organization, project):
    user = factories.make_user("olga@example.com", organization, level=15)
    admin = DocumentedClient(factories.make_key(user))
    body = {"action_key": "survey.launch", "approver_config": {"quorum": 1}}

    response = admin.post(f"/api/projects/{project.pk}/approval_policies/", body)

    assert response.status_code == 400


# Quirk: overdue-is-expired
def test_quirks__overdue_request__expired(client, project, experiment, make_policy):
    make_policy("feature_flag.enable")
    found = client.patch(member(experiment), LAUNCH).json()["change_request_id"]
    ChangeRequest.objects.update(expires_at=timezone.now())

    body = client.get(f"/api/projects/{project.pk}/change_requests/{found}/").json()

    assert body["state"] == "expired"


# Quirk: own-policies-of-holdouts-ask-always
def test_quirks__holdout_without_experiments__asked_about(client, project, holdout, make_policy):
    make_policy("experiment_holdout.delete")

    response = client.delete(f"/api/projects/{project.pk}/experiment_holdouts/{holdout.pk}/")

    assert response.status_code == 409


# Quirk: variants-are-compared-by-key
def test_quirks__variants_trade_places__asked_about_by_their_keys(client, project, make_policy):
    flag = factories.make_flag(project, "menu", filters=shares(control=90, test=10))
    make_policy_on_growth(make_policy)
    path = f"/api/projects/{project.pk}/feature_flags/{flag.pk}/"

    response = client.patch(path, {"filters": shares(test=89, control=11)})

    assert response.status_code == 409
    paths = response.json()["change_request"]["intent"]["triggered_paths"]
    assert "multivariate.variants.test.rollout_percentage" in paths


def make_policy_on_growth(make_policy):
    policy = make_policy("feature_flag.update")
    policy.conditions = {
        "type": "change_amount",
        "field": "rollout_percentage",
        "operator": ">",
        "value": 20,
    }
    policy.save()


def shares(**percentages):
    variants = [{"key": key, "rollout_percentage": each} for key, each in percentages.items()]
    group = {"properties": [], "rollout_percentage": 100}
    return {"groups": [group], "multivariate": {"variants": variants}}


# Quirk: moves-are-asked-about
@pytest.mark.parametrize(
    ("change", "asked"),
    [
        ({"key": "other"}, ["enable", "disable"]),
        ({"evaluation_runtime": "all"}, ["enable"]),
        ({"evaluation_runtime": "client"}, ["enable", "disable"]),
        ({"evaluation_contexts": []}, ["enable"]),
        ({"evaluation_contexts": ["web", "app"]}, ["enable"]),
        ({"evaluation_contexts": ["app"]}, ["enable", "disable"]),
        ({"evaluation_contexts": ["web"], "evaluation_runtime": "server"}, []),
        ({"name": "Pay"}, []),
    ],
    ids=str,
)
@pytest.mark.parametrize("switch", ["enable", "disable"])
def test_quirks__flag_that_is_on_served_elsewhere__asked_about(
    client, project, make_policy, change, asked, switch
):
    place = {"evaluation_runtime": "server", "evaluation_contexts": ["web"]}
    flag = factories.make_flag(project, "pay", **place)
    make_policy(f"feature_flag.{switch}")

    response = client.patch(f"/api/projects/{project.pk}/feature_flags/{flag.pk}/", change)

    assert response.status_code == (409 if switch in asked else 200)


# Quirk: new-groups-grow-from-0
def test_quirks__new_group__asked_about_and_a_new_flag_is_not(client, project, make_policy):
    make_policy_on_growth(make_policy)
    path = f"/api/projects/{project.pk}/feature_flags/"
    group = {"properties": [], "rollout_percentage": 100}

    created = client.post(path, {"key": "a", "filters": {"groups": [group]}})
    place = f"{path}{created.json()['id']}/"

    assert created.status_code == 201
    assert client.patch(place, {"filters": {"groups": [group, group]}}).status_code == 409
    assert client.patch(place, {"filters": {"groups": []}}).status_code == 200
    assert client.patch(place, {"filters": {"groups": [group]}}).status_code == 409
