import pytest

from tests import factories
from tests.assertions import assert_error, assert_invalid
from tests.looping import in_one_test


def _url(project, reference):
    return f"/api/projects/{project.pk}/experiment_holdouts/{reference}/"


def _values(**values):
    return {"name": "Q4", "filters": [{"properties": [], "rollout_percentage": 30}]} | values


def test_replace_holdout__every_field__stored_and_shown(client, project, holdout):
    before = holdout.updated_at

    response = client.put(_url(project, holdout.pk), _values(description="Longer"))

    assert response.status_code == 200
    body = response.json()
    holdout.refresh_from_db()
    assert (holdout.name, holdout.description) == ("Q4", "Longer")
    assert holdout.filters == [
        {"properties": [], "rollout_percentage": 30, "variant": f"holdout-{holdout.pk}"}
    ]
    assert holdout.updated_at > before
    assert (body["id"], body["name"], body["description"]) == (holdout.pk, "Q4", "Longer")
    assert body["filters"] == holdout.filters


def test_replace_holdout__name_only__filters_and_description_stay(client, project, ada):
    holdout = factories.make_holdout(project, ada, 10, description="Kept out")
    before = holdout.filters

    response = client.put(_url(project, holdout.pk), {"name": "Q4"})

    assert response.status_code == 200
    holdout.refresh_from_db()
    assert (holdout.name, holdout.description) == ("Q4", "Kept out")
    assert holdout.filters == before


def test_replace_holdout__what_was_read__accepted(client, project, holdout):
    before = client.get(_url(project, holdout.pk)).json()

    response = client.put(_url(project, holdout.pk), before)

    assert response.status_code == 200
    assert response.json() | {"updated_at": before["updated_at"]} == before


def test_replace_holdout__percentage_changed__flag_follows(client, project, running_experiment):
    response = client.put(_url(project, running_experiment.holdout_id), _values())

    assert response.status_code == 200
    flag = running_experiment.feature_flag
    flag.refresh_from_db()
    assert flag.filters["holdout"]["exclusion_percentage"] == 30


@in_one_test(
    ("values", "attr", "code"),
    [
        pytest.param({}, "name", "required", id="required"),
        pytest.param(_values(name=None), "name", "null", id="null"),
        pytest.param(_values(name=""), "name", "blank", id="blank"),
        pytest.param(_values(description=[]), "description", "invalid_input", id="description"),
        pytest.param(_values(filters=None), "filters", "null", id="filters_null"),
        pytest.param(_values(filters=[]), "filters", "invalid_input", id="no_groups"),
    ],
)
def test_replace_holdout__invalid__refused_whole(client, project, holdout, values, attr, code):
    before = client.get(_url(project, holdout.pk)).json()

    response = client.put(_url(project, holdout.pk), values)

    assert_invalid(response, attr, code)
    assert client.get(_url(project, holdout.pk)).json() == before


def test_replace_holdout__no_key__not_authenticated(anonymous, project, holdout):
    response = anonymous.put(_url(project, holdout.pk), _values())

    assert_error(response, 401, "not_authenticated")


def test_replace_holdout__key_that_may_only_read__forbidden(reader, project, holdout):
    response = reader.put(_url(project, holdout.pk), _values())

    assert_error(response, 403, "permission_denied")
    holdout.refresh_from_db()
    assert holdout.name == "Holdout"


def test_replace_holdout__not_a_member__forbidden(outsider, project, holdout):
    response = outsider.put(_url(project, holdout.pk), _values())

    assert_error(response, 403, "permission_denied")
    holdout.refresh_from_db()
    assert holdout.name == "Holdout"


def test_replace_holdout__unknown_project__not_found(client, holdout):
    response = client.put(f"/api/projects/999999/experiment_holdouts/{holdout.pk}/", _values())

    assert_error(response, 404, "not_found")


@in_one_test("reference", ["999999", "9999999999999999999", "abc"])
def test_replace_holdout__unknown_id__not_found(client, project, holdout, reference):
    response = client.put(_url(project, reference), _values())

    assert_error(response, 404, "not_found")


def test_replace_holdout__of_another_project__not_found(client, project, foreign_project, mallory):
    foreign = factories.make_holdout(foreign_project, mallory)

    response = client.put(_url(project, foreign.pk), _values())

    assert_error(response, 404, "not_found")
    foreign.refresh_from_db()
    assert foreign.name == "Holdout"
