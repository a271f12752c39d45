import datetime
import json

import pytest
import time_machine

from tests import factories
from tests.assertions import assert_error
from tests.client import DocumentedClient
from tests.looping import in_one_test
from users.models import PersonalAPIKey
from users.services import note_use

NOW = datetime.datetime(2026, 3, 2, 10, 0, tzinfo=datetime.UTC)


@pytest.fixture
def url(project):
    return f"/api/projects/{project.pk}/experiment_holdouts/"


@pytest.fixture
def key(ada):
    return factories.make_key(ada)


def test_authentication__key_in_header__request_runs_as_its_owner(anonymous, url, key, ada):
    response = anonymous.post(url, {"name": "Q3"}, headers={"Authorization": f"Bearer {key}"})

    assert response.status_code == 201
    assert response.json()["created_by"]["email"] == ada.email


@pytest.mark.parametrize(
    "header",
    [
        pytest.param("Bearer   {}", id="spaces_before"),
        pytest.param("Bearer {}  ", id="spaces_after"),
        pytest.param("  Bearer {}", id="spaces_before_the_word"),
        pytest.param("Bearer\t{}", id="tab"),
    ],
)
def test_authentication__white_space_around_the_token__tolerated(anonymous, url, key, header):
    response = anonymous.get(url, headers={"Authorization": header.format(key)})

    assert response.status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        pytest.param("bearer {}", id="lower_case"),
        pytest.param("BEARER {}", id="upper_case"),
        pytest.param("Token {}", id="token"),
        pytest.param("Basic {}", id="basic"),
        pytest.param("Bearer{}", id="no_space"),
        pytest.param("{}", id="no_word"),
        pytest.param("Bearer", id="no_token"),
        pytest.param("Bearer x", id="one_character"),
        pytest.param("Bearer pha_{}", id="oauth_token"),
        pytest.param("", id="empty"),
    ],
)
def test_authentication__header_of_another_grammar__counts_as_none(anonymous, url, key, header):
    response = anonymous.get(url, headers={"Authorization": header.format(key)})

    assert_refused(response, "not_authenticated")


@pytest.mark.parametrize("form", ["json", "multipart"])
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_authentication__key_in_body__works(anonymous, url, key, holdout, method, form):
    path = url if method == "post" else f"{url}{holdout.pk}/"

    response = getattr(anonymous, method)(
        path, {"personal_api_key": key, "name": "Q3"}, format=form
    )

    assert response.status_code in (200, 201, 204)


def test_authentication__key_in_form__works(anonymous, url, key):
    response = anonymous.post(
        url, f"personal_api_key={key}&name=Q3", content_type="application/x-www-form-urlencoded"
    )

    assert response.status_code == 201


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_authentication__key_in_query__works(anonymous, url, key, method):
    path = f"{url}?personal_api_key={key}"

    response = anonymous.generic(method, path, '{"name": "Q3"}', "application/json")

    assert response.status_code in (200, 201)


@in_one_test(
    ("place", "name"),
    [
        pytest.param("header", "Authorization header", id="header"),
        pytest.param("body", "body", id="body"),
        pytest.param("query", "query string", id="query"),
    ],
)
@pytest.mark.usefixtures("key")
def test_authentication__unknown_key__refused_naming_the_place(anonymous, url, place, name):
    response = send(anonymous, url, {place: "phx_unknown"})

    assert_refused(response, "authentication_failed")
    assert name in response.json()["detail"]


@pytest.mark.parametrize(
    ("wrong", "right"), [("header", "body"), ("header", "query"), ("body", "query")]
)
def test_authentication__wrong_key_in_an_earlier_place__final(anonymous, url, key, wrong, right):
    response = send(anonymous, url, {wrong: "phx_unknown", right: key})

    assert_refused(response, "authentication_failed")


@pytest.mark.parametrize(
    ("right", "wrong"), [("header", "body"), ("header", "query"), ("body", "query")]
)
def test_authentication__wrong_key_in_a_later_place__not_tried(anonymous, url, key, right, wrong):
    response = send(anonymous, url, {wrong: "phx_unknown", right: key})

    assert response.status_code == 201


def test_authentication__header_not_understood__body_is_tried(anonymous, url, key):
    response = anonymous.post(
        url, {"name": "Q3", "personal_api_key": key}, headers={"Authorization": f"bearer {key}"}
    )

    assert response.status_code == 201


@in_one_test(
    "value",
    [
        pytest.param(7, id="number"),
        pytest.param(True, id="boolean"),
        pytest.param([], id="list"),
        pytest.param({}, id="object"),
        pytest.param("", id="empty"),
        pytest.param("\ud800", id="half_a_surrogate_pair"),
        pytest.param("\x00\x00", id="null_characters"),
    ],
)
def test_authentication__odd_value_in_body__refused(anonymous, url, value):
    body = json.dumps({"personal_api_key": value})

    response = anonymous.post(url, body, content_type="application/json")

    assert_refused(response, "authentication_failed")


@in_one_test(
    "token",
    [
        pytest.param("x" * 100_000, id="very_long"),
        pytest.param("\x00\x01", id="control_characters"),
        pytest.param("\xff\xfe", id="not_ascii"),
        pytest.param("phs_abc", id="project_secret"),
    ],
)
@pytest.mark.usefixtures("key")
def test_authentication__odd_token__refused(anonymous, url, token):
    response = anonymous.get(url, HTTP_AUTHORIZATION=f"Bearer {token}")

    assert_refused(response, "authentication_failed")


def test_authentication__owner_inactive__like_an_unknown_key(anonymous, url, key, ada):
    ada.is_active = False
    ada.save()

    response = send(anonymous, url, {"header": key})

    assert_refused(response, "authentication_failed")


def test_authentication__key_deleted__refused(anonymous, url, key):
    PersonalAPIKey.objects.all().delete()

    response = send(anonymous, url, {"header": key})

    assert_refused(response, "authentication_failed")


def test_authentication__key_without_the_prefix__works(anonymous, url, key):
    stored = PersonalAPIKey.objects.get()
    stored.secure_value = "sha256$45af89b510a3279a817f851de5d3f95b73485d58ec2672a39e52d8aeeb014059"
    stored.save()

    response = send(anonymous, url, {"header": "test_key_12345"})

    assert response.status_code == 201


def test_authentication__stored_key__only_its_hash(key):
    stored = PersonalAPIKey.objects.values().get()

    assert stored["secure_value"].startswith("sha256$")
    assert key not in str(stored)
    assert stored["mask_value"] == f"{key[:4]}...{key[-4:]}"


def test_authentication__hash_sent_as_key__refused(anonymous, url, key):
    stolen = PersonalAPIKey.objects.get().secure_value

    response = send(anonymous, url, {"header": stolen})

    assert_refused(response, "authentication_failed")


@pytest.mark.parametrize(
    ("after", "noted"),
    [
        pytest.param(datetime.timedelta(hours=1), False, id="an_hour"),
        pytest.param(datetime.timedelta(hours=1, microseconds=1), True, id="more_than_an_hour"),
    ],
)
def test_authentication__used_again__noted_once_an_hour(anonymous, url, key, after, noted):
    with time_machine.travel(NOW, tick=False):
        send(anonymous, url, {"header": key})
    assert PersonalAPIKey.objects.get().last_used_at == NOW

    with time_machine.travel(NOW + after, tick=False):
        send(anonymous, url, {"header": key})

    assert PersonalAPIKey.objects.get().last_used_at == (NOW + after if noted else NOW)


def test_note_use__key_deleted_meanwhile__no_failure(key):
    stored = PersonalAPIKey.objects.get()
    PersonalAPIKey.objects.all().delete()

    note_use(key=stored, now=NOW)

    assert not PersonalAPIKey.objects.exists()


@pytest.mark.parametrize(
    "path", ["experiments", "experiment_holdouts", "experiment_saved_metrics", "experiments/1"]
)
def test_authentication__nobody__refused(anonymous, project, path):
    response = anonymous.get(f"/api/projects/{project.pk}/{path}/")

    assert_refused(response, "not_authenticated")
    assert response.json()["detail"] == "Authentication credentials were not provided."


@in_one_test("reference", ["999999", "abc", "@current"])
def test_authentication__nobody_and_odd_project__asked_for_the_key_first(anonymous, db, reference):
    response = anonymous.get(f"/api/projects/{reference}/experiments/")

    assert_refused(response, "not_authenticated")


def test_authentication__malformed_json_without_header__parse_error(anonymous, url):
    response = anonymous.post(url, "{", content_type="application/json")

    assert_error(response, 400, "parse_error")
    assert response.json()["type"] == "invalid_request"


def test_authentication__malformed_json_and_wrong_key__refused_for_the_key(anonymous, url):
    response = anonymous.post(
        url, "{", content_type="application/json", headers={"Authorization": "Bearer phx_unknown"}
    )

    assert_refused(response, "authentication_failed")


def test_authentication__unreadable_type_without_header__unsupported(anonymous, url):
    response = anonymous.post(url, "x", content_type="text/plain")

    assert_error(response, 415, "unsupported_media_type")


def send(client: DocumentedClient, url: str, keys: dict[str, str]):
    query = f"?personal_api_key={keys['query']}" if "query" in keys else ""
    body = {"personal_api_key": keys["body"]} if "body" in keys else {}
    headers = {"Authorization": f"Bearer {keys['header']}"} if "header" in keys else {}
    return client.post(url + query, {"name": "Q3"} | body, headers=headers)


def assert_refused(response, code):
    assert_error(response, 401, code)
    assert response.json()["type"] == "authentication_error"
    assert response.headers["WWW-Authenticate"] == "Bearer"
