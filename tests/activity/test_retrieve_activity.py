import pytest

from activity.models import ActivityLog
from tests import factories
from tests.activity.history import RESOURCES, entries, of_one
from tests.assertions import assert_error
from tests.client import DocumentedClient
from tests.looping import in_one_test
from users.models import User

every_resource = pytest.mark.parametrize("fixture", RESOURCES)


def url(project, row):
    return of_one(project, "experiment_holdouts", row.pk)


@every_resource
def test_activity__made_and_changed__both_told(historian, client, project, request, fixture):
    row, resource = request.getfixturevalue(fixture), RESOURCES[fixture]
    client.patch(f"/api/projects/{project.pk}/{resource}/{row.pk}/", {"name": "Renamed"})

    response = historian.get(of_one(project, resource, row.pk))

    assert response.status_code == 200
    assert list(response.json()) == ["results", "next", "previous", "total_count"]
    assert response.json()["total_count"] == 2
    updated, made = response.json()["results"]
    assert list(updated) == [
        "id",
        "user",
        "activity",
        "scope",
        "item_id",
        "detail",
        "created_at",
    ]
    assert (updated["activity"], made["activity"]) == ("updated", "created")
    assert updated["item_id"] == made["item_id"] == str(row.pk)
    (change,) = updated["detail"]["changes"]
    assert (change["field"], change["after"]) == ("name", "Renamed")
    assert made["detail"]["changes"] is None


def test_activity__others_of_the_resource__not_told(historian, project, ada, holdout):
    factories.make_holdout(project, ada)

    assert historian.get(url(project, holdout)).json()["total_count"] == 1


@every_resource
def test_activity__same_id_in_another_resource__not_told(historian, project, request, fixture):
    rows = {name: request.getfixturevalue(name) for name in RESOURCES}
    row = rows[fixture]
    ActivityLog.objects.update(item_id=str(row.pk))

    response = historian.get(of_one(project, RESOURCES[fixture], row.pk))

    assert response.json()["total_count"] == 1
    assert response.json()["results"][0]["detail"]["name"] == row.name


def test_activity__second_page__links_back(historian, client, project, holdout):
    for name in ("One", "Two"):
        client.patch(
            f"/api/projects/{project.pk}/experiment_holdouts/{holdout.pk}/", {"name": name}
        )

    response = historian.get(f"{url(project, holdout)}?page=2&limit=2")

    assert [row["activity"] for row in response.json()["results"]] == ["created"]
    assert response.json()["next"] is None
    assert response.json()["previous"] == (
        f"http://testserver{url(project, holdout)}?limit=2&page=1"
    )


def test_activity__by_the_system__named_for_it(historian, project, holdout):
    ActivityLog.objects.update(user=None, is_system=True)

    (row,) = historian.get(url(project, holdout)).json()["results"]

    assert row["user"] == {"first_name": "System", "email": None, "is_system": True}


def test_activity__user_deleted_since__nobody_known(historian, project, mallory):
    holdout = factories.make_holdout(project, mallory)
    User.objects.get(pk=mallory.pk).delete()

    (row,) = historian.get(url(project, holdout)).json()["results"]

    assert row["user"] == {"first_name": "", "email": None}


def test_activity__named_user__by_first_name(historian, project, ada, holdout):
    User.objects.filter(pk=ada.pk).update(first_name="Ada")

    (row,) = historian.get(url(project, holdout)).json()["results"]

    assert row["user"] == {"first_name": "Ada", "email": "ada@example.com"}


@every_resource
@in_one_test("reference", ["999999", "one", "1_0", "\u0661", "9" * 30])
def test_activity__unknown_id__not_found(historian, project, fixture, reference):
    assert_error(historian.get(of_one(project, RESOURCES[fixture], reference)), 404, "not_found")


def test_activity__deleted_experiment__not_found(historian, client, project, experiment):
    url = of_one(project, "experiments", experiment.pk)
    client.patch(f"/api/projects/{project.pk}/experiments/{experiment.pk}/", {"deleted": True})

    assert_error(historian.get(url), 404, "not_found")
    assert entries(project)[-1].activity == "deleted"


def test_activity__deleted_holdout__not_found(historian, client, project, holdout):
    client.delete(f"/api/projects/{project.pk}/experiment_holdouts/{holdout.pk}/")

    assert_error(historian.get(url(project, holdout)), 404, "not_found")


def test_activity__of_another_project__not_found(historian, project, foreign_project, mallory):
    foreign = factories.make_holdout(foreign_project, mallory)

    assert_error(historian.get(url(project, foreign)), 404, "not_found")


@in_one_test("method", ["post", "put", "patch", "delete"])
def test_activity__other_method__not_allowed(client, project, holdout, method):
    response = getattr(client, method)(url(project, holdout), {})

    assert_error(response, 405, "method_not_allowed")


@pytest.mark.usefixtures("_no_response_cache")
@every_resource
def test_activity__more_rows__same_queries(
    historian, client, project, request, fixture, django_assert_num_queries
):
    row, resource = request.getfixturevalue(fixture), RESOURCES[fixture]
    path = of_one(project, resource, row.pk)
    historian.get(path)  # the first use of a key is noted
    # An experiment is found together with its links.
    expected = 5 if fixture == "experiment" else 4
    with django_assert_num_queries(expected):
        historian.get(path)
    for name in ("One", "Two", "Three", "Four"):
        client.patch(f"/api/projects/{project.pk}/{resource}/{row.pk}/", {"name": name})
    with django_assert_num_queries(expected):
        historian.get(path)


def test_activity__no_key__not_authenticated(anonymous, project, holdout):
    assert_error(anonymous.get(url(project, holdout)), 401, "not_authenticated")


@every_resource
def test_activity__key_that_may_write_the_resource__forbidden(writer, project, request, fixture):
    row = request.getfixturevalue(fixture)

    response = writer.get(of_one(project, RESOURCES[fixture], row.pk))

    assert_error(response, 403, "permission_denied")


def test_activity__key_for_another_project__forbidden(project, grace, holdout):
    key = factories.make_key(grace, "activity_log:read", projects=(project.pk + 1,))

    response = DocumentedClient(key).get(url(project, holdout))

    assert_error(response, 403, "permission_denied")


def test_activity__not_a_member__forbidden(outsider, project, holdout):
    assert_error(outsider.get(url(project, holdout)), 403, "permission_denied")
