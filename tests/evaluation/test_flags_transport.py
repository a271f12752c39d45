"""POST /flags: encodings, origins, methods."""

import gzip
import json
from base64 import b64encode
from io import BytesIO
from urllib.parse import quote

import pytest
from django.db import OperationalError

from evaluation import selectors

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def body(project, checkout):
    # The blanks make base64 with a plus sign and with padding.
    return json.dumps(
        {"token": project.api_token, "distinct_id": "user_1", "x": ">>>???~~"}
    ).encode()


def assert_answered(response):
    assert response.status_code == 200
    assert response.json()["flags"]["checkout-redesign"]["variant"] == "control"


@pytest.mark.parametrize(
    "content_type", ["application/json", "text/plain", "text/plain; charset=UTF-8", ""]
)
def test_json__under_any_type__is_read(sdk, body, content_type):
    assert_answered(sdk.send(body, content_type=content_type))


def test_gzip__said_in_a_header__is_read(sdk, body):
    headers = {"Content-Encoding": "gzip"}
    assert_answered(sdk.send(gzip.compress(body), headers=headers))


@pytest.mark.parametrize("name", ["gzip", "gzip-js"])
def test_gzip__said_in_the_url__is_read(sdk, body, name):
    packed = gzip.compress(body)
    path = f"/flags/?v=2&compression={name}"
    assert_answered(sdk.send(packed, path=path, content_type="text/plain"))


def test_gzip__said_nowhere__is_read(sdk, body):
    assert_answered(sdk.send(gzip.compress(body), content_type="text/plain"))


@pytest.mark.parametrize("path", ["/flags/?v=2&compression=base64", "/flags/?v=2"])
def test_base64__of_json__is_read(sdk, body, path):
    assert_answered(sdk.send(b64encode(body), path=path, content_type="text/plain"))


def test_form__with_data__is_read(sdk, body):
    data = "data=" + quote(b64encode(body).decode(), safe="")
    assert_answered(sdk.send(data, content_type=FORM))


@pytest.mark.parametrize("prefix", ["data=", ""])
def test_form__with_blanks_and_without_padding__is_read(sdk, body, prefix):
    data = prefix + b64encode(body).decode().rstrip("=").replace("+", " ")
    assert_answered(sdk.send(data, content_type=FORM))


def test_json__with_numbers_that_json_has_not__is_read(sdk, body):
    lenient = body[:-1] + b', "person_properties": {"a": NaN, "b": -Infinity, "c": 1e999}}'
    assert_answered(sdk.send(lenient))


def test_json__with_text_that_utf_8_has_not__is_read(sdk, body):
    assert_answered(sdk.send(body[:-1] + b', "groups": {"a": "\\ud800"}}'))


def test_origin__any__may_read_the_answer(sdk, checkout):
    response = sdk.ask(headers={"Origin": "https://shop.example"})
    assert response.headers["Access-Control-Allow-Origin"] == "https://shop.example"
    assert response.headers["Access-Control-Allow-Credentials"] == "true"
    assert "Origin" in response.headers["Vary"]
    assert not response.cookies


def test_origin__refused_request__may_read_the_refusal(sdk):
    response = sdk.send(b"{}", headers={"Origin": "https://shop.example"})
    assert response.status_code == 401
    assert response.headers["Access-Control-Allow-Origin"] == "https://shop.example"


def test_origin__body_beyond_the_limit__may_read_the_refusal(sdk, settings):
    settings.MAX_BODY_BYTES = 10
    response = sdk.send(b"x" * 11, headers={"Origin": "https://shop.example"})
    assert response.status_code == 413
    assert response.headers["Access-Control-Allow-Origin"] == "https://shop.example"


def test_origin__database_away__may_read_the_refusal(sdk, monkeypatch):
    def fail(**kwargs):
        raise OperationalError("connection refused")

    monkeypatch.setattr(selectors, "find_project_flags", fail)
    response = sdk.ask(headers={"Origin": "https://shop.example"})
    assert response.status_code == 503
    assert response.headers["Access-Control-Allow-Origin"] == "https://shop.example"


def test_preflight__any_headers__are_allowed(sdk):
    response = sdk.client.options(
        "/flags/?v=2",
        headers={
            "Origin": "https://shop.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type,x-own",
        },
    )
    assert response.status_code == 204
    assert response.headers["Allow"] == "GET, POST, OPTIONS, HEAD"
    assert response.headers["Access-Control-Allow-Headers"] == "content-type,x-own"


def test_get__asks_for_nobody__and_gets_no_flags(sdk, db):
    answer = sdk.client.get("/flags/").json()
    assert answer["flags"] == {}
    assert answer["toolbarParams"] == {}
    assert answer["isAuthenticated"] is False


def test_method__other__is_405(sdk, db):
    assert sdk.client.put("/flags/").status_code == 405
    assert sdk.client.head("/flags/").status_code == 200


def test_session__of_somebody_logged_in__changes_nothing(sdk, ada, checkout):
    sdk.client.force_login(ada)
    assert sdk.ask().status_code == 200


def test_flags__body_of_unknown_length__is_read(sdk, checkout):
    body = json.dumps({"token": sdk.project.api_token, "distinct_id": "user_1"}).encode()
    announced = {"CONTENT_LENGTH": "", "wsgi.input_terminated": True, "wsgi.input": BytesIO(body)}
    response = sdk.client.generic(
        "POST", "/flags/?v=2", content_type="application/json", **announced
    )
    assert response.json()["flags"]["checkout-redesign"]["variant"] == "control"
    assert sdk.client.generic("DELETE", "/flags/", **announced).status_code == 405
