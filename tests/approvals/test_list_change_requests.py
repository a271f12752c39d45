import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.models import ChangeRequest
from tests import factories
from tests.approvals.changes import LAUNCH, split
from tests.approvals.paths import request_at, requests
from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient
from tests.looping import in_one_test


@pytest.fixture
def update_request(make_policy, ask, experiment):
    make_policy("feature_flag.update")
    return ask(experiment, split(10))


def _ids(response):
    assert response.status_code == 200, response.content
    return [row["id"] for row in response.json()["results"]]


def test_list_requests__several__newest_first(client, project, launch_request, update_request):
    response = client.get(requests(project))

    assert list(response.json()) == ["count", "next", "previous", "results"]
    assert _ids(response) == [str(update_request.pk), str(launch_request.pk)]


def test_list_requests__banner_query__finds_it(voter, project, update_request):
    parameters = {
        "resource_type": "feature_flag",
        "resource_id": update_request.resource_id,
        "state": "pending,approved",
        "action_key": "feature_flag.update",
    }

    assert _ids(voter.get(requests(project), parameters)) == [str(update_request.pk)]


@pytest.mark.parametrize(
    ("parameters", "is_found"),
    [
        ({"state": "pending"}, True),
        ({"state": "applied,pending"}, True),
        ({"state": "applied"}, False),
        ({"state": "unheard-of,\x00,"}, False),
        ({"state": ""}, True),
        ({"action_key": "feature_flag.enable"}, True),
        ({"action_key": "feature_flag.disable"}, False),
        ({"action_key": "\x00"}, False),
        ({"resource_type": "feature_flag"}, True),
        ({"resource_type": "experiment_holdout"}, False),
        ({"resource_type": "\x00"}, False),
        ({"resource_id": "4711"}, False),
        ({"resource_id": "\x00" * 500}, False),
        ({"requester": ""}, True),
        ({"requester": "4711"}, False),
        ({"requester": "9" * 19}, False),
        ({"requester": "9" * 6000}, False),
        ({"unknown": "x"}, True),
    ],
)
def test_list_requests__filtered__those_only(client, project, launch_request, parameters, is_found):
    found = _ids(client.get(requests(project), parameters))

    assert found == ([str(launch_request.pk)] if is_found else [])


def test_list_requests__of_a_requester__theirs_only(client, project, ada, grace, launch_request):
    assert len(_ids(client.get(requests(project), {"requester": ada.pk}))) == 1
    assert _ids(client.get(requests(project), {"requester": grace.pk})) == []


@in_one_test("requester", ["me", "-1", "1.5", "\u0661", "1_0", "\x00", " 1"], ids=ascii)
def test_list_requests__requester_no_id__refused(client, project, requester):
    assert_invalid(client.get(requests(project), {"requester": requester}), "requester")


@pytest.fixture
def add_row(make_policy, make_role, project, ada, linus, ask):
    make_policy(users=[linus], roles=[make_role(ada)], quorum=2)

    def add():
        request = ask(factories.make_experiment(project, ada), LAUNCH)
        request.approvals.create(
            created_by=linus, decision="approved", created_at=request.created_at
        )

    return add


@pytest.mark.usefixtures("_no_response_cache")
def test_list_requests__more_rows__as_many_queries(voter, project, add_row):
    counts = []
    # The first use of a key is noted, which takes a query of its own.
    voter.get(requests(project))
    for number in (1, 2, 3):
        add_row()
        with CaptureQueriesContext(connection) as queries:
            assert voter.get(requests(project)).json()["count"] == number
        counts.append(len(queries))

    assert counts[0] == counts[1] == counts[2] <= 10


def test_list_requests__of_another_project__left_out(client, organization, launch_request):
    other = factories.make_project(organization, "Other")

    assert _ids(client.get(requests(other))) == []


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("place", ["collection", "member"])
def test_list_requests__written_to__refused(ada, project, launch_request, method, place):
    path = requests(project) if place == "collection" else request_at(launch_request)
    browser = DocumentedClient()
    browser.force_login(ada)

    response = getattr(browser, method)(path, {"state": "approved"})

    assert_error(response, 405, "method_not_allowed")
    assert ChangeRequest.objects.get().state == "pending"


def test_list_requests__no_key__not_authenticated(anonymous, project):
    assert_error(anonymous.get(requests(project)), 401, "not_authenticated")


def test_list_requests__not_a_member__forbidden(outsider, project):
    assert_error(outsider.get(requests(project)), 403, "permission_denied")
