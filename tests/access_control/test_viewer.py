import pytest

from tests.access_control.refusals import all_rows, assert_too_low
from tests.access_control.ruled_kinds import ALL_KINDS
from tests.assertions import assert_invalid
from tests.client import DocumentedClient
from tests.looping import in_one_test

STEPS = ["launch", "pause", "resume", "end", "ship_variant", "archive", "unarchive", "reset"]
COPIES = ["duplicate", "copy_to_project"]
of_every_kind = pytest.mark.parametrize("fixture", ALL_KINDS)


@of_every_kind
def test_viewer__reads__answered(colleague, for_all, grace, kind, row):
    for_all("viewer", to=grace)

    assert colleague.get(kind.url(row)).json()["id"] == row.pk
    listed = colleague.get(kind.list_url(row.project)).json()["results"]
    assert [shown["id"] for shown in listed] == [row.pk]
    assert colleague.get(f"{kind.url(row)}activity/").status_code == 200
    assert colleague.get(f"{kind.list_url(row.project)}activity/").status_code == 200


@of_every_kind
@in_one_test("method", ["patch", "put", "delete"])
def test_viewer__changes__refused(colleague, for_all, grace, kind, row, method):
    for_all("viewer", to=grace)
    before = all_rows()

    response = getattr(colleague, method)(kind.url(row), kind.body)

    assert_too_low(response)
    assert all_rows() == before


@of_every_kind
def test_viewer__creates__refused(colleague, for_all, grace, kind, project):
    for_all("viewer", to=grace)
    before = all_rows()

    assert_too_low(colleague.post(kind.list_url(project), kind.body))
    assert all_rows() == before


@of_every_kind
def test_viewer__session__refused_as_well(for_all, grace, kind, project):
    for_all("viewer", to=grace)
    browser = DocumentedClient()
    browser.force_login(grace)

    assert_too_low(browser.post(kind.list_url(project), kind.body))


@of_every_kind
def test_viewer__by_a_role__refused(colleague, for_all, role, kind, row):
    for_all("viewer", to=role)

    assert_too_low(colleague.patch(kind.url(row), {"name": "New"}))


@of_every_kind
def test_viewer__like_everybody__refused_but_for_the_creator_and_admins(
    client, colleague, admin, for_all, kind, row
):
    for_all("viewer")

    assert_too_low(colleague.patch(kind.url(row), {"name": "New"}))
    assert client.patch(kind.url(row), {"name": "Hers"}).status_code == 200
    assert admin.patch(kind.url(row), {"name": "Theirs"}).status_code == 200


@pytest.mark.parametrize("fixture", ["experiment", "saved_metric", "flag"])
def test_viewer__editor_of_one_object__changes_that_one(
    colleague, for_all, for_row, grace, row, kind
):
    for_all("viewer", to=grace)
    for_row("editor", to=grace)

    assert colleague.patch(kind.url(row), {"name": "New"}).status_code == 200
    assert_too_low(colleague.post(kind.list_url(row.project), kind.body))


@pytest.mark.parametrize("fixture", ["experiment", "saved_metric", "flag"])
def test_viewer__of_one_object_only__changes_others(colleague, for_row, grace, row, kind):
    for_row("viewer", to=grace)

    assert_too_low(colleague.patch(kind.url(row), {"name": "New"}))
    assert colleague.post(kind.list_url(row.project), kind.body).status_code == 201


@pytest.mark.parametrize("step", STEPS + COPIES)
def test_viewer__step_of_an_experiment__refused(colleague, give, grace, experiment, step):
    give("viewer", to=grace)
    before = all_rows()

    url = f"/api/projects/{experiment.project_id}/experiments/{experiment.pk}/{step}/"
    assert_too_low(colleague.post(url, {"target_team_id": experiment.project_id}))
    assert all_rows() == before


def test_viewer__of_one_experiment__cannot_launch_it(colleague, give, grace, experiment):
    give("viewer", to=grace, row=experiment)

    url = f"/api/projects/{experiment.project_id}/experiments/{experiment.pk}/launch/"
    assert_too_low(colleague.post(url))


def test_viewer__other_reads_of_experiments__answered(colleague, give, grace, project):
    give("viewer", to=grace)

    url = f"/api/projects/{project.pk}/experiments"
    assert colleague.get(f"{url}/stats/").status_code == 200
    assert colleague.get(f"{url}/eligible_feature_flags/").status_code == 200
    # It is a POST, but it keeps nothing.
    assert_invalid(colleague.post(f"{url}/calculate_running_time/"), "metric_type", "required")


def test_viewer__of_flags_only__makes_an_experiment_with_its_flag(colleague, give, grace, project):
    give("viewer", to=grace, about="feature_flag")

    body = {"name": "New", "feature_flag_key": "new"}
    response = colleague.post(f"/api/projects/{project.pk}/experiments/", body)

    assert response.status_code == 201
    assert response.json()["feature_flag"]["key"] == "new"


def test_viewer__repeated_post__refused_after_the_level_is_lost(colleague, give, grace, project):
    url, body = f"/api/projects/{project.pk}/experiment_holdouts/", {"name": "New"}
    assert colleague.post(url, body, headers={"Idempotency-Key": "1"}).status_code == 201
    give("viewer", to=grace)

    assert_too_low(colleague.post(url, body, headers={"Idempotency-Key": "1"}))
