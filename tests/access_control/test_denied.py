import pytest

from tests import factories
from tests.access_control.refusals import assert_too_low
from tests.access_control.ruled_kinds import ALL_KINDS, HOLDOUTS, KINDS

of_every_kind = pytest.mark.parametrize("fixture", ALL_KINDS)
with_objects = pytest.mark.parametrize("fixture", KINDS)


@pytest.fixture
def listed(kind, project):
    """Which of them a client's list shows."""

    def listed(client):
        response = client.get(kind.list_url(project))
        assert response.status_code == 200
        shown = [row["id"] for row in response.json()["results"]]
        assert response.json()["count"] == len(shown)
        return shown

    return listed


@of_every_kind
@pytest.mark.parametrize("method", ["get", "patch", "put", "delete"])
def test_denied__the_kind__one_of_them_refused(colleague, for_all, grace, kind, row, method):
    for_all("none", to=grace)

    response = getattr(colleague, method)(kind.url(row), kind.body)

    assert_too_low(response, "viewer" if method == "get" else "editor")


@of_every_kind
def test_denied__the_kind__history_refused(colleague, for_all, grace, kind, row):
    for_all("none", to=grace)

    assert_too_low(colleague.get(f"{kind.url(row)}activity/"), "viewer")
    assert_too_low(colleague.get(f"{kind.list_url(row.project)}activity/"), "viewer")


@with_objects
def test_denied__the_kind__list_shows_own_and_granted_ones(
    colleague, for_all, for_row, grace, row, listed
):
    for_all("none", to=grace)
    assert listed(colleague) == []

    for_row("viewer", to=grace)
    assert listed(colleague) == [row.pk]


@with_objects
def test_denied__one_object__left_out_of_the_list(colleague, for_row, grace, row, listed):
    assert listed(colleague) == [row.pk]

    for_row("none", to=grace)
    assert listed(colleague) == []


@with_objects
def test_denied__one_object_to_everybody__shown_to_its_creator_and_admins(
    client, colleague, admin, for_row, row, listed
):
    for_row("none")

    assert listed(colleague) == []
    assert listed(client) == listed(admin) == [row.pk]


@with_objects
def test_denied__one_object_to_everybody__shown_to_who_is_let_in(
    colleague, for_row, grace, row, listed
):
    for_row("none")
    for_row("viewer", to=grace)

    assert listed(colleague) == [row.pk]


@with_objects
def test_denied__one_object__refused(colleague, for_row, grace, row, kind):
    for_row("none", to=grace)

    assert_too_low(colleague.get(kind.url(row)), "viewer")


def test_denied__objects_that_nobody_made__others_are_listed(colleague, give, grace, project):
    orphan, denied = factories.make_flag(project), factories.make_flag(project)
    give("none", to=grace, about="feature_flag", row=denied)

    response = colleague.get(KINDS["flag"].list_url(project))

    assert [flag["id"] for flag in response.json()["results"]] == [orphan.pk]


def test_denied__experiments__own_one_is_listed_and_read(colleague, give, grace, project):
    own = factories.make_experiment(project, grace)
    give("none", to=grace)
    give("none", to=grace, row=own)

    listed = colleague.get(KINDS["experiment"].list_url(project)).json()["results"]
    assert [shown["id"] for shown in listed] == [own.pk]
    assert colleague.get(KINDS["experiment"].url(own)).json()["user_access_level"] == "manager"


def test_denied__experiments__holdouts_are_not_listed_even_with_a_grant(
    colleague, give, grace, experiment, holdout
):
    give("none", to=grace)
    give("editor", to=grace, row=experiment)

    assert_too_low(colleague.get(HOLDOUTS.list_url(holdout.project)), "viewer")
    assert_too_low(colleague.get(HOLDOUTS.url(holdout)), "viewer")
    assert colleague.get(KINDS["experiment"].url(experiment)).status_code == 200


def test_denied__flags__not_among_those_an_experiment_can_use(
    colleague, give, grace, project, experiment
):
    url = f"/api/projects/{project.pk}/experiments/eligible_feature_flags/"
    assert colleague.get(url).json()["count"] == 1

    give("none", to=grace, about="feature_flag", row=experiment.feature_flag)
    assert colleague.get(url).json()["count"] == 0


def test_denied__experiments__counts_and_estimates_refused(colleague, give, grace, project):
    give("none", to=grace)

    url = f"/api/projects/{project.pk}/experiments"
    assert_too_low(colleague.get(f"{url}/stats/"), "viewer")
    assert_too_low(colleague.post(f"{url}/calculate_running_time/"), "viewer")


def test_denied__activity_log__refused(colleague, give, grace, project):
    give("none", to=grace, about="activity_log")

    assert_too_low(colleague.get(f"/api/projects/{project.pk}/activity_log/"), "viewer")


@pytest.mark.parametrize("fixture", ["flag"])
@pytest.mark.parametrize("name", ["pk", "key"])
def test_denied__one_flag__its_remote_configuration_refused(colleague, for_row, grace, row, name):
    path = f"/api/projects/{row.project_id}/feature_flags/{getattr(row, name)}/remote_config/"

    for_row("none", to=grace)

    assert_too_low(colleague.get(path), "viewer")
