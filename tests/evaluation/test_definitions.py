"""The definitions feed: what SDKs read to evaluate flags by themselves."""

import pytest

from tenants.services import add_member
from tests import factories
from tests.assertions import assert_error
from tests.looping import in_one_test

PATHS = [
    "/flags/definitions",
    "/flags/definitions/",
    "/api/feature_flag/local_evaluation",
    "/api/feature_flag/local_evaluation/",
]


@pytest.fixture
def key(ada):
    return factories.make_key(ada, "feature_flag:read")


@pytest.fixture
def read(sdk, project, key):
    def read(path=PATHS[0], *, bearer=key, token=project.api_token, **headers):
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if bearer is not None:
            sent["Authorization"] = f"Bearer {bearer}"
        return sdk.client.get(f"{path}?token={token}&send_cohorts", headers=sent)

    return read


@pytest.mark.parametrize("path", PATHS)
def test_definitions__of_a_project__hold_its_flags(read, project, checkout, path):
    factories.make_flag(project, "b-inactive", active=False)
    factories.make_flag(project, "deleted", deleted=True)
    response = read(path)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "private, must-revalidate"
    answer = response.json()
    assert answer["group_type_mapping"] == {}
    assert answer["cohorts"] == {}
    assert [flag["key"] for flag in answer["flags"]] == ["b-inactive", "checkout-redesign"]
    assert answer["flags"][1] == {
        "id": checkout.pk,
        "team_id": project.pk,
        "name": "",
        "key": "checkout-redesign",
        "filters": checkout.filters,
        "deleted": False,
        "active": True,
        "ensure_experience_continuity": False,
        "has_encrypted_payloads": False,
        "version": 1,
        "evaluation_runtime": "all",
        "bucketing_identifier": "distinct_id",
        "evaluation_contexts": [],
    }


@pytest.mark.parametrize("place", ["projects/{}", "environments/{}", "projects/@current"])
@pytest.mark.parametrize("end", ["", "/"])
def test_definitions__project_in_the_path__need_no_token(sdk, read, key, project, place, end):
    url = f"/api/{place.format(project.pk)}/feature_flags/local_evaluation{end}"
    response = sdk.client.get(url, headers={"Authorization": f"Bearer {key}"})
    assert response.status_code == 200
    assert response.content == read().content
    assert response.headers["ETag"] == read().headers["ETag"]


def test_definitions__unknown_project_in_the_path__are_401(sdk, key):
    url = f"/api/projects/{10**9}/feature_flags/local_evaluation/"
    assert sdk.client.get(url, headers={"Authorization": f"Bearer {key}"}).status_code == 401


def test_definitions__project_in_the_path_without_a_key__are_401(sdk, project):
    for place in ("@current", project.pk):
        url = f"/api/projects/{place}/feature_flags/local_evaluation/"
        assert sdk.client.get(url).status_code == 401


def test_definitions__current_project_of_a_secret_token__are_its_own(
    sdk, project, client, organization
):
    organization.memberships.update(level=15)
    rotated = client.patch(f"/api/projects/{project.pk}/rotate_secret_token/").json()
    url = "/api/projects/@current/feature_flags/local_evaluation/"
    headers = {"Authorization": f"Bearer {rotated['secret_api_token']}"}
    assert sdk.client.get(url, headers=headers).status_code == 200


def test_definitions__archived_flag__left_out(read, project, checkout):
    factories.make_flag(project, "old", active=False, archived=True)

    assert "old" not in [flag["key"] for flag in read().json()["flags"]]


def test_definitions__encrypted_remote_configuration__is_left_out(read, project):
    columns = {"is_remote_configuration": True, "has_encrypted_payloads": True}
    factories.make_flag(project, "secret", **columns)
    assert read().json()["flags"] == []


def test_definitions__flag_that_depends_on_others__names_them_by_key(read, project):
    first = factories.make_flag(project, "first")

    def depending(needed):
        wanted = {
            "key": str(needed),
            "type": "flag",
            "operator": "flag_evaluates_to",
            "value": True,
        }
        return {"groups": [{"properties": [wanted], "rollout_percentage": 100}]}

    second = factories.make_flag(project, "second", filters=depending(first.pk))
    factories.make_flag(project, "third", filters=depending(second.pk))
    factories.make_flag(project, "z-missing", filters=depending(10**9))
    flags = {flag["key"]: flag for flag in read().json()["flags"]}
    wanted = flags["third"]["filters"]["groups"][0]["properties"][0]
    assert (wanted["key"], wanted["dependency_chain"]) == ("second", ["first", "second"])
    missing = flags["z-missing"]["filters"]["groups"][0]["properties"][0]
    assert missing["dependency_chain"] == []


@pytest.mark.parametrize("form", ["{}", 'W/"{}"', '"{}"', '"other", W/"{}"'])
def test_definitions__known_already__are_304(read, checkout, form):
    etag = read().headers["ETag"]
    assert etag.startswith('W/"')
    bare = etag.removeprefix("W/").strip('"')
    response = read(If_None_Match=form.format(bare))
    assert response.status_code == 304
    assert response.content == b""
    assert response.headers["ETag"] == etag


def test_definitions__flag_changed__have_another_etag(read, client, project, checkout):
    etag = read().headers["ETag"]
    url = f"/api/projects/{project.pk}/feature_flags/{checkout.pk}/"
    client.patch(url, {"active": False}, format="json")
    response = read(If_None_Match=etag)
    assert response.status_code == 200
    assert response.json()["flags"][0]["active"] is False


@pytest.mark.parametrize("bearer", [None, "phx_nothing", "phs_nothing", "phc_nothing"])
def test_definitions__without_a_valid_key__are_401(read, bearer):
    response = read(bearer=bearer)
    assert response.status_code == 401
    assert response.json()["code"] == "authentication_failed"


def test_definitions__unknown_token__are_401(read):
    assert read(token="phc_nothing").status_code == 401


def test_definitions__key_without_the_scope__are_403(read, ada):
    response = read(bearer=factories.make_key(ada, "experiment:read"))
    assert response.status_code == 403
    assert response.json()["code"] == "permission_denied"


def test_definitions__key_of_somebody_outside__are_401(read, mallory):
    assert read(bearer=factories.make_key(mallory)).status_code == 401


def test_definitions__key_of_another_project__are_403(read, ada, foreign_project):
    add_member(organization=foreign_project.organization, user=ada, level=1)
    bearer = factories.make_key(ada, "feature_flag:read", projects=(foreign_project.pk,))
    assert read(bearer=bearer).status_code == 403


def test_definitions__personal_key__is_noted_as_used(read, key, ada):
    read()
    assert ada.personal_api_keys.get().last_used_at is not None


def test_definitions__read_too_often_with_a_key__are_429(settings, read):
    settings.RATE_LIMIT_ENABLED = True
    settings.RATE_LIMIT_DEFINITIONS = "2/day"

    answers = [read() for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].json()["code"] == "throttled"
    assert int(answers[2].headers["Retry-After"]) > 0


def test_definitions__other_methods__are_405(sdk, db):
    assert sdk.client.post("/flags/definitions").status_code == 405
    assert sdk.client.options("/flags/definitions").status_code == 204


def test_secret_token__of_the_project__opens_the_definitions(read, project, client, organization):
    organization.memberships.update(level=15)
    url = f"/api/projects/{project.pk}"
    first = client.patch(f"{url}/rotate_secret_token/").json()["secret_api_token"]
    assert first.startswith("phs_")
    assert read(bearer=first).status_code == 200
    second = client.patch(f"{url}/rotate_secret_token/").json()["secret_api_token"]
    assert [read(bearer=one).status_code for one in (first, second)] == [200, 200]
    assert client.patch(f"{url}/delete_secret_token_backup/").status_code == 200
    assert [read(bearer=one).status_code for one in (first, second)] == [401, 200]
    assert client.get(f"{url}/").json()["secret_api_token"] is None


def test_secret_token__used_too_often__is_429(settings, read, project, client, organization):
    organization.memberships.update(level=15)
    rotated = client.patch(f"/api/projects/{project.pk}/rotate_secret_token/").json()
    settings.RATE_LIMIT_ENABLED = True
    settings.RATE_LIMIT_DEFINITIONS = "2/day"

    answers = [read(bearer=rotated["secret_api_token"]) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]


def test_secret_token__rotated_by_a_member__is_403(project, client):
    assert client.patch(f"/api/projects/{project.pk}/rotate_secret_token/").status_code == 403


@in_one_test("action", ["rotate_secret_token", "delete_secret_token_backup", "reset_token"])
def test_tokens__stale_etag__kept(project, client, organization, action):
    organization.memberships.update(level=15)
    url = f"/api/projects/{project.pk}/"
    before, etag = client.get(url).json(), client.get(url).headers["ETag"]

    stale = client.patch(f"{url}{action}/", headers={"If-Match": '"old"'})

    assert_error(stale, 412, "precondition_failed")
    assert client.get(url).json() == before
    assert client.patch(f"{url}{action}/", headers={"If-Match": etag}).status_code == 200


def test_public_token__reset__is_served_at_once(sdk, project, client, organization, checkout):
    organization.memberships.update(level=15)
    assert sdk.ask().status_code == 200
    answer = client.patch(f"/api/projects/{project.pk}/reset_token/").json()
    assert sdk.ask().status_code == 401
    assert sdk.ask(token=answer["api_token"]).status_code == 200


def test_tokens__renewed__told_in_the_history_without_their_values(project, client, organization):
    organization.memberships.update(level=15)
    url = f"/api/projects/{project.pk}"
    tokens = [client.patch(f"{url}/rotate_secret_token/").json()["secret_api_token"] for _ in "ab"]
    client.patch(f"{url}/delete_secret_token_backup/")
    tokens.append(client.patch(f"{url}/reset_token/").json()["api_token"])
    entries = client.get(f"{url}/activity_log/?scope=Project").json()["results"]
    told = [change["field"] for entry in entries for change in entry["detail"]["changes"]]
    assert sorted(told) == [
        "project_token",
        "secret_api_token",
        "secret_api_token",
        "secret_api_token_backup",
    ]
    assert not any(token in str(entries) for token in tokens)
