import pytest

from tests import factories
from tests.assertions import assert_error
from tests.client import DocumentedClient
from tests.looping import in_one_test


def _url(project, reference):
    return f"/api/projects/{project.pk}/experiment_holdouts/{reference}/"


def test_retrieve_holdout__own__shown_whole(client, project, ada):
    holdout = factories.make_holdout(project, ada, 12.5, name="Q3", description="Kept out")

    response = client.get(_url(project, holdout.pk))

    assert response.status_code == 200
    body = response.json()
    assert list(body) == [
        *("id", "name", "description", "filters"),
        *("created_by", "created_at", "updated_at"),
    ]
    assert (body["id"], body["name"], body["description"]) == (holdout.pk, "Q3", "Kept out")
    assert body["filters"] == [
        {"properties": [], "rollout_percentage": 12.5, "variant": f"holdout-{holdout.pk}"}
    ]
    moment = holdout.created_at.isoformat().replace("+00:00", "Z")
    assert (body["created_at"], body["updated_at"]) == (moment, moment)


def test_retrieve_holdout__created_by__the_wires_nine_members(client, project, holdout, ada):
    creator = client.get(_url(project, holdout.pk)).json()["created_by"]

    assert list(creator) == [
        *("id", "uuid", "distinct_id", "first_name", "last_name", "email"),
        *("is_email_verified", "hedgehog_config", "role_at_organization"),
    ]
    assert (creator["id"], creator["email"]) == (ada.pk, ada.email)


def test_retrieve_holdout__without_description__null(client, project, holdout):
    response = client.get(_url(project, holdout.pk))

    assert response.json()["description"] is None


def test_retrieve_holdout__creator_deleted__created_by_is_null(client, project, grace):
    holdout = factories.make_holdout(project, grace)
    grace.delete()

    response = client.get(_url(project, holdout.pk))

    assert response.status_code == 200
    assert response.json()["created_by"] is None


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/api/projects/{}/experiment_holdouts/{}", id="no_slash"),
        pytest.param("/api/projects/{}/experiment_holdouts/{}.json", id="json_suffix"),
        pytest.param("/api/environments/{}/experiment_holdouts/{}/", id="environments"),
    ],
)
def test_retrieve_holdout__other_spelling_of_the_path__same(client, project, holdout, path):
    response = client.get(path.format(project.pk, holdout.pk))

    assert response.status_code == 200
    assert response.json() == client.get(_url(project, holdout.pk)).json()


def test_retrieve_holdout__key_that_may_only_read__allowed(reader, project, holdout):
    response = reader.get(_url(project, holdout.pk))

    assert response.status_code == 200


def test_retrieve_holdout__no_key__not_authenticated(anonymous, project, holdout):
    response = anonymous.get(_url(project, holdout.pk))

    assert_error(response, 401, "not_authenticated")


def test_retrieve_holdout__key_without_the_scope__forbidden(grace, project, holdout):
    stranger = DocumentedClient(factories.make_key(grace, "experiment_saved_metric:read"))

    response = stranger.get(_url(project, holdout.pk))

    assert_error(response, 403, "permission_denied")


def test_retrieve_holdout__not_a_member__forbidden(outsider, project, holdout):
    response = outsider.get(_url(project, holdout.pk))

    assert_error(response, 403, "permission_denied")


def test_retrieve_holdout__unknown_project__not_found(client, holdout):
    response = client.get(f"/api/projects/999999/experiment_holdouts/{holdout.pk}/")

    assert_error(response, 404, "not_found")


@in_one_test("reference", ["0", "999999", "9999999999999999999", "-1", "1_0", "abc", "\u0661"])
def test_retrieve_holdout__unknown_id__not_found(client, project, holdout, reference):
    response = client.get(_url(project, reference))

    assert_error(response, 404, "not_found")


def test_retrieve_holdout__of_another_project__not_found(client, project, foreign_project, mallory):
    foreign = factories.make_holdout(foreign_project, mallory)

    response = client.get(_url(project, foreign.pk))

    assert_error(response, 404, "not_found")
