import pytest

from tests import factories
from tests.assertions import assert_error
from tests.feature_flags.paths import path_of


@pytest.fixture
def flag(project, ada):
    return factories.make_flag(project, "new-menu", name="Menu", last_modified_by=ada)


@pytest.fixture
def seen(client, flag):
    seen = client.get(path_of(flag)).json()
    client.patch(path_of(flag), {"name": "Theirs"})
    return {"version": seen["version"], "original_flag": seen}


def test_flag_versions__same_field_changed_since__conflict(client, flag, seen, ada):
    response = client.patch(path_of(flag), {"name": "Mine"} | seen)

    assert_error(response, 409, "conflict")
    assert response.json()["type"] == "server_error"
    assert ada.email in response.json()["detail"]
    flag.refresh_from_db()
    assert (flag.name, flag.version) == ("Theirs", 2)


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"active": False}, id="other field"),
        pytest.param({"name": "Theirs"}, id="same change"),
        pytest.param({"name": "Menu", "active": False}, id="as it was seen"),
    ],
)
def test_flag_versions__no_collision__changed(client, flag, seen, values):
    response = client.patch(path_of(flag), values | seen)

    assert (response.status_code, response.json()["version"]) == (200, 3)


def test_flag_versions__filters_as_they_were_seen_but_not_filled_in__changed(client, flag):
    seen = client.get(path_of(flag)).json()
    groups = [{"properties": [], "rollout_percentage": 5}]
    client.patch(path_of(flag), {"filters": seen["filters"] | {"groups": groups}})
    seen = {"version": seen["version"], "original_flag": seen}
    [group] = flag.filters["groups"]
    sparse = flag.filters | {"groups": [{name: group[name] for name in group if name[0] != "a"}]}

    assert client.patch(path_of(flag), {"filters": sparse} | seen).status_code == 200


def test_flag_versions__old_version_alone__changed(client, flag, seen):
    assert client.patch(path_of(flag), {"name": "Mine", "version": 1}).status_code == 200


def test_flag_versions__current_version__changed(client, flag, seen):
    response = client.patch(path_of(flag), {"name": "Mine"} | seen | {"version": 2})

    assert response.status_code == 200


def test_flag_versions__never_counted__counts_from_1(client, flag):
    flag.version = None
    flag.save(update_fields=["version"])

    assert client.patch(path_of(flag), {"name": "Mine"}).json()["version"] == 1
