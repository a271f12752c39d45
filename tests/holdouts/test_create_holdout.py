import pytest

from feature_flags.models import FeatureFlag
from holdouts.models import Holdout
from tests.assertions import assert_error, assert_invalid
from tests.looping import in_one_test


def _url(project):
    return f"/api/projects/{project.pk}/experiment_holdouts/"


def _values(**values):
    return {"name": "Q3", "filters": [{"properties": [], "rollout_percentage": 5}]} | values


def test_create_holdout__name_and_group__stored_and_shown(client, project, ada):
    response = client.post(_url(project), _values(description="Kept out of checkout"))

    assert response.status_code == 201
    holdout = Holdout.objects.get()
    assert (holdout.project, holdout.created_by) == (project, ada)
    assert (holdout.name, holdout.description) == ("Q3", "Kept out of checkout")
    assert holdout.filters == [
        {"properties": [], "rollout_percentage": 5, "variant": f"holdout-{holdout.pk}"}
    ]
    assert holdout.updated_at == holdout.created_at
    body = response.json()
    assert list(body) == [
        *("id", "name", "description", "filters"),
        *("created_by", "created_at", "updated_at"),
    ]
    assert (body["id"], body["name"]) == (holdout.pk, "Q3")
    assert body["description"] == "Kept out of checkout"
    assert body["filters"] == holdout.filters
    assert body["created_by"]["email"] == ada.email


def test_create_holdout__name_only__keeps_nobody_out(client, project):
    response = client.post(_url(project), {"name": "Q3"})

    assert response.status_code == 201
    body = response.json()
    assert body["description"] is None
    assert body["filters"] == [
        {"properties": [], "rollout_percentage": 0, "variant": f"holdout-{body['id']}"}
    ]


def test_create_holdout__variant_sent__overwritten_in_every_group(client, project):
    groups = [
        {"properties": [], "rollout_percentage": 5, "variant": "mine"},
        {"properties": [], "rollout_percentage": 6},
    ]

    body = client.post(_url(project), _values(filters=groups)).json()

    variant = {"variant": f"holdout-{body['id']}"}
    assert body["filters"] == [groups[0] | variant, groups[1] | variant]


def test_create_holdout__other_keys_and_properties__kept_as_sent(client, project):
    group = {
        "properties": [{"key": "plan", "type": "person", "operator": "exact", "value": ["pro"]}],
        "rollout_percentage": 12.5,
        "description": "Paying people",
        "sort_key": None,
        "aggregation_group_type_index": 0,
    }

    body = client.post(_url(project), _values(filters=[group])).json()

    assert body["filters"] == [group | {"variant": f"holdout-{body['id']}"}]
    assert Holdout.objects.get().filters == body["filters"]


def test_create_holdout__group_without_properties__accepted(client, project):
    body = client.post(_url(project), _values(filters=[{"rollout_percentage": 5}])).json()

    assert body["filters"] == [{"rollout_percentage": 5, "variant": f"holdout-{body['id']}"}]


def test_create_holdout__name_taken__accepted(client, project, holdout):
    response = client.post(_url(project), _values(name=holdout.name))

    assert response.status_code == 201
    assert Holdout.objects.filter(name=holdout.name).count() == 2


def test_create_holdout__spaces_around_the_name__trimmed(client, project):
    response = client.post(_url(project), _values(name="  Q3 \n"))

    assert response.json()["name"] == "Q3"


def test_create_holdout__experiments_in_the_project__their_flags_stay(client, project, experiment):
    client.post(_url(project), _values())

    assert FeatureFlag.objects.get().version == experiment.feature_flag.version


def test_create_holdout__read_only_and_unknown_fields__ignored(client, project, ada, grace):
    sent = {
        "id": 4711,
        "created_by": grace.pk,
        "created_at": "2001-01-01T00:00:00Z",
        "updated_at": None,
        "project": 4711,
        "colour": "red",
    }

    response = client.post(_url(project), _values(**sent))

    assert response.status_code == 201
    holdout = Holdout.objects.get()
    assert (holdout.created_by, holdout.project) == (ada, project)
    assert holdout.pk != 4711
    assert holdout.created_at.year > 2001


def test_create_holdout__no_trailing_slash__created(client, project):
    response = client.post(_url(project).rstrip("/"), _values())

    assert response.status_code == 201


@in_one_test(
    ("values", "attr", "code"),
    [
        pytest.param({}, "name", "required", id="required"),
        pytest.param({"name": None}, "name", "null", id="null"),
        pytest.param({"name": "", "filters": []}, "name", "blank", id="blank_before_filters"),
        pytest.param({"name": "x" * 401}, "name", "max_length", id="max_length"),
        pytest.param(
            {"name": "Q3", "description": "x" * 401, "filters": []},
            *("description", "max_length"),
            id="description_before_filters",
        ),
        pytest.param({"name": "Q3", "filters": None}, "filters", "null", id="filters_null"),
        pytest.param({"name": "Q3", "filters": []}, "filters", "invalid_input", id="no_groups"),
    ],
)
def test_create_holdout__invalid__refused(client, project, values, attr, code):
    response = client.post(_url(project), values)

    assert_invalid(response, attr, code)
    assert not Holdout.objects.exists()


def test_create_holdout__percentage_out_of_range__says_so_from_both_sides(client, project):
    details = [
        client.post(_url(project), _values(filters=[group])).json()["detail"]
        for group in ({"rollout_percentage": 150}, {"rollout_percentage": -10}, {})
    ]

    assert details[0] == details[1]
    assert "0" in details[0]
    assert "100" in details[0]
    assert details[2] not in details[:2]


def test_create_holdout__second_group_invalid__refused(client, project):
    groups = [{"rollout_percentage": 5}, {"rollout_percentage": 101}]

    response = client.post(_url(project), _values(filters=groups))

    assert_invalid(response, "filters")
    assert not Holdout.objects.exists()


def test_create_holdout__no_key__not_authenticated(anonymous, project):
    response = anonymous.post(_url(project), _values())

    assert_error(response, 401, "not_authenticated")
    assert not Holdout.objects.exists()


def test_create_holdout__key_that_may_only_read__forbidden(reader, project):
    response = reader.post(_url(project), _values())

    assert_error(response, 403, "permission_denied")
    assert not Holdout.objects.exists()


def test_create_holdout__not_a_member__forbidden(outsider, project):
    response = outsider.post(_url(project), _values())

    assert_error(response, 403, "permission_denied")
    assert not Holdout.objects.exists()


def test_create_holdout__project_of_others__forbidden(client, foreign_project):
    response = client.post(_url(foreign_project), _values())

    assert_error(response, 403, "permission_denied")
    assert not Holdout.objects.exists()


def test_create_holdout__unknown_project__not_found(client):
    response = client.post("/api/projects/999999/experiment_holdouts/", _values())

    assert_error(response, 404, "not_found")
