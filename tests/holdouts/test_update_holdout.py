import pytest
from django.utils import timezone

from core.exceptions import NotFound
from holdouts.services import update_holdout
from tests import factories
from tests.assertions import assert_error, assert_invalid
from tests.looping import in_one_test


def _url(project, reference):
    return f"/api/projects/{project.pk}/experiment_holdouts/{reference}/"


def _groups(holdout, percentage, **values):
    group = {"properties": [], "rollout_percentage": percentage}
    return [group | values | {"variant": f"holdout-{holdout.pk}"}]


def test_update_holdout__every_field__stored_and_shown(client, project, holdout, ada):
    before = holdout.updated_at
    changes = {
        "name": "Q4",
        "description": "Longer",
        "filters": [{"properties": [], "rollout_percentage": 30}],
    }

    response = client.patch(_url(project, holdout.pk).rstrip("/"), changes)

    assert response.status_code == 200
    body = response.json()
    assert list(body) == [
        *("id", "name", "description", "filters"),
        *("created_by", "created_at", "updated_at"),
    ]
    assert (body["id"], body["name"], body["description"]) == (holdout.pk, "Q4", "Longer")
    assert body["filters"] == _groups(holdout, 30)
    holdout.refresh_from_db()
    assert (holdout.name, holdout.description) == ("Q4", "Longer")
    assert holdout.filters == _groups(holdout, 30)
    assert holdout.updated_at > before
    assert holdout.created_by == ada
    assert client.get(_url(project, holdout.pk)).json() == body


def test_update_holdout__name_only__the_rest_stays(client, project, ada):
    holdout = factories.make_holdout(project, ada, 10, description="Kept out")

    response = client.patch(_url(project, holdout.pk), {"name": "Q4"})

    assert response.status_code == 200
    holdout.refresh_from_db()
    assert (holdout.name, holdout.description) == ("Q4", "Kept out")
    assert holdout.filters == _groups(holdout, 10)


@pytest.mark.parametrize("description", [None, ""])
def test_update_holdout__description_emptied__stored_as_sent(client, project, ada, description):
    holdout = factories.make_holdout(project, ada, description="Kept out")

    response = client.patch(_url(project, holdout.pk), {"description": description})

    assert response.status_code == 200
    holdout.refresh_from_db()
    assert holdout.description == description


def test_update_holdout__nothing__nothing_changes_but_the_moment(client, project, holdout):
    before = client.get(_url(project, holdout.pk)).json()

    after = client.patch(_url(project, holdout.pk), {}).json()

    assert after["updated_at"] > before["updated_at"]
    assert after | {"updated_at": before["updated_at"]} == before


def test_update_holdout__variant_sent__overwritten(client, project, holdout):
    groups = [{"properties": [], "rollout_percentage": 10, "variant": "holdout"}]

    response = client.patch(_url(project, holdout.pk), {"filters": groups})

    assert response.json()["filters"] == _groups(holdout, 10)


def test_update_holdout__what_was_read__accepted(client, project, holdout):
    before = client.get(_url(project, holdout.pk)).json()

    response = client.patch(_url(project, holdout.pk), before)

    assert response.status_code == 200
    assert response.json()["filters"] == before["filters"]


def test_update_holdout__number_becomes_true__stored(client, project, holdout):
    one, true = ({"key": "paid", "type": "person", "value": value} for value in (1, True))
    client.patch(_url(project, holdout.pk), {"filters": _groups(holdout, 10, properties=[one])})

    changes = {"filters": _groups(holdout, 10, properties=[true])}
    response = client.patch(_url(project, holdout.pk), changes)

    assert response.json()["filters"][0]["properties"][0]["value"] is True
    holdout.refresh_from_db()
    assert holdout.filters[0]["properties"][0]["value"] is True


def test_update_holdout__by_a_colleague__creator_stays(client, project, grace, ada):
    holdout = factories.make_holdout(project, grace)

    response = client.patch(_url(project, holdout.pk), {"name": "Q4"})

    assert response.json()["created_by"]["email"] == grace.email


def test_update_holdout__read_only_fields__ignored(client, project, holdout, grace):
    sent = {"id": 4711, "created_by": grace.pk, "created_at": "2001-01-01T00:00:00Z"}
    before = client.get(_url(project, holdout.pk)).json()

    after = client.patch(_url(project, holdout.pk), sent).json()

    assert after | {"updated_at": before["updated_at"]} == before


@in_one_test(
    ("changes", "attr", "code"),
    [
        pytest.param({"name": None}, "name", "null", id="name_null"),
        pytest.param({"name": " "}, "name", "blank", id="name_blank"),
        pytest.param({"name": "x" * 401}, "name", "max_length", id="name_max_length"),
        pytest.param({"description": "x" * 401}, "description", "max_length", id="description"),
        pytest.param({"filters": None}, "filters", "null", id="filters_null"),
        pytest.param({"filters": []}, "filters", "invalid_input", id="no_groups"),
        pytest.param({"filters": [{}]}, "filters", "invalid_input", id="no_percentage"),
        pytest.param(
            {"filters": [{"rollout_percentage": 101}]}, "filters", "invalid_input", id="too_much"
        ),
    ],
)
def test_update_holdout__invalid__refused_whole(client, project, holdout, changes, attr, code):
    before = client.get(_url(project, holdout.pk)).json()

    response = client.patch(_url(project, holdout.pk), {"description": "New"} | changes)

    assert_invalid(response, attr, code)
    assert client.get(_url(project, holdout.pk)).json() == before


def test_update_holdout__no_key__not_authenticated(anonymous, project, holdout):
    response = anonymous.patch(_url(project, holdout.pk), {"name": "Q4"})

    assert_error(response, 401, "not_authenticated")


def test_update_holdout__key_that_may_only_read__forbidden(reader, project, holdout):
    response = reader.patch(_url(project, holdout.pk), {"name": "Q4"})

    assert_error(response, 403, "permission_denied")
    holdout.refresh_from_db()
    assert holdout.name == "Holdout"


def test_update_holdout__not_a_member__forbidden(outsider, project, holdout):
    response = outsider.patch(_url(project, holdout.pk), {"name": "Q4"})

    assert_error(response, 403, "permission_denied")
    holdout.refresh_from_db()
    assert holdout.name == "Holdout"


def test_update_holdout__unknown_project__not_found(client, holdout):
    response = client.patch(
        f"/api/projects/999999/experiment_holdouts/{holdout.pk}/", {"name": "Q4"}
    )

    assert_error(response, 404, "not_found")


@in_one_test("reference", ["999999", "9999999999999999999", "abc"])
def test_update_holdout__unknown_id__not_found(client, project, holdout, reference):
    response = client.patch(_url(project, reference), {"name": "Q4"})

    assert_error(response, 404, "not_found")


def test_update_holdout__of_another_project__not_found(client, project, foreign_project, mallory):
    foreign = factories.make_holdout(foreign_project, mallory)

    response = client.patch(_url(project, foreign.pk), {"name": "Q4"})

    assert_error(response, 404, "not_found")
    foreign.refresh_from_db()
    assert foreign.name == "Holdout"


def test_update_holdout__deleted_meanwhile__not_found(project, holdout, ada):
    holdout_id = holdout.pk
    holdout.delete()

    with pytest.raises(NotFound):
        update_holdout(
            project=project,
            holdout_id=holdout_id,
            changes={"name": "Q4"},
            actor=ada,
            now=timezone.now(),
        )
