import pytest

from approvals.models import ChangeRequest
from feature_flags.models import FeatureFlag
from tests import factories
from tests.approvals.changes import stored
from tests.approvals.paths import request_at
from tests.factories import TWO_VARIANTS
from tests.feature_flags.paths import path_of

TO_EVERYONE = ("roll_out_to_everyone", {"variant_key": "test", "version": 1})
A_SHARE = (
    "set_release_condition_rollout",
    {"condition_index": 0, "rollout_percentage": 30, "version": 1},
)


@pytest.fixture
def flag_at(project, make_policy):
    def make(**values) -> FeatureFlag:
        for switch in ("enable", "disable", "update"):
            make_policy(f"feature_flag.{switch}")
        return factories.make_flag(project, **values)

    return make


@pytest.fixture
def ask(client):
    def send(flag: FeatureFlag, action: str, body: dict | None = None) -> ChangeRequest:
        before = stored()
        response = client.post(f"{path_of(flag)}{action}/", body or {})
        assert response.status_code == 409, response.content
        assert response.json()["code"] == "approval_required"
        assert stored() == before
        return ChangeRequest.objects.get(pk=response.json()["change_request_id"])

    return send


@pytest.mark.parametrize(
    ("action", "active", "after"),
    [
        ("enable", False, (True, False)),
        ("disable", True, (False, False)),
        ("archive", True, (False, True)),
    ],
)
def test_gate__step_of_a_flag__taken_once_agreed(flag_at, ask, agree, action, active, after):
    flag = flag_at(active=active)

    assert agree(ask(flag, action))["status"] == "applied"

    flag.refresh_from_db()
    assert ((flag.active, flag.archived), flag.version) == (after, 2)


def test_gate__step_with_a_body__nothing_of_it_kept(flag_at, ask):
    flag = flag_at(active=False)

    request = ask(flag, "enable", {"version": 9, "name": "Other"})

    assert request.intent["full_request_data"] == {}


@pytest.mark.parametrize(("action", "archived"), [("archive", False), ("unarchive", True)])
def test_gate__flag_that_stays_off__nobody_asked(client, flag_at, action, archived):
    flag = flag_at(active=False, archived=archived)

    response = client.post(f"{path_of(flag)}{action}/")

    assert (response.status_code, response.json()["archived"]) == (200, not archived)


def test_gate__needed_flag_archived__refused_before_anybody_is_asked(client, project, make_policy):
    flag = factories.make_flag(project)
    wanted = {"key": str(flag.pk), "type": "flag", "operator": "flag_evaluates_to", "value": True}
    body = {"key": "dependent", "filters": {"groups": [{"properties": [wanted]}]}}
    client.post(f"/api/projects/{project.pk}/feature_flags/", body)
    make_policy("feature_flag.disable")

    response = client.post(f"{path_of(flag)}archive/")

    assert response.status_code == 400
    assert ChangeRequest.objects.count() == 0


@pytest.mark.parametrize(("action", "body"), [TO_EVERYONE, A_SHARE], ids=str)
def test_gate__rollout_of_a_flag__same_filters_once_agreed(flag_at, ask, agree, action, body):
    flag = flag_at()
    group, (control, test) = flag.filters["groups"][0], TWO_VARIANTS

    assert agree(ask(flag, action, body))["status"] == "applied"

    flag.refresh_from_db()
    assert flag.version == 2
    if action == "roll_out_to_everyone":
        shares = [control | {"rollout_percentage": 0}, test | {"rollout_percentage": 100}]
        assert flag.filters["multivariate"]["variants"] == shares
    else:
        assert flag.filters["groups"][0]["rollout_percentage"] == 30
        assert group["rollout_percentage"] == 100


@pytest.mark.parametrize(("action", "body"), [TO_EVERYONE, A_SHARE], ids=str)
def test_gate__rollout_of_another_version__conflict_before_anybody_is_asked(
    client, flag_at, action, body
):
    flag = flag_at(version=4)
    before = stored()

    response = client.post(f"{path_of(flag)}{action}/", body)

    assert (response.status_code, response.json()["code"]) == (409, "conflict")
    assert ChangeRequest.objects.count() == 0
    assert stored() == before


def test_gate__rollout_changed_meanwhile__fails(client, project, voter, make_policy, ask):
    make_policy("feature_flag.update")
    flag = factories.make_flag(project)
    request = ask(flag, *A_SHARE)
    client.patch(path_of(flag), {"name": "Other"})
    before = stored()

    body = voter.post(request_at(request, "approve"), {}).json()

    assert body["status"] == "failed"
    assert "version" in body["message"]
    assert stored() == before
