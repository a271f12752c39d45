"""POST /flags: what is refused, and in which form."""

import gzip
import json
from base64 import b64encode

import pytest

from tests import factories


def test_token__missing__is_401(sdk):
    response = sdk.send(json.dumps({"distinct_id": "u"}))
    assert response.status_code == 401
    answer = response.json()
    assert (answer["type"], answer["code"]) == ("authentication_error", "not_authenticated")
    assert answer["attr"] is None


@pytest.mark.parametrize("token", ["phc_nothing", "", 5, None, ["x"], "a\x00b", "\ud800"])
def test_token__unknown__is_401(sdk, token):
    response = sdk.send(json.dumps({"token": token, "distinct_id": "u"}))
    assert response.status_code == 401
    assert response.json()["type"] == "authentication_error"


@pytest.mark.parametrize("distinct_id", [None, True, [], {}])
def test_distinct_id__missing_or_no_text__is_400(sdk, project, distinct_id):
    body = {"token": project.api_token, "distinct_id": distinct_id}
    response = sdk.send(json.dumps(body))
    assert response.status_code == 400
    assert response.headers["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize(
    "member", ["groups", "person_properties", "group_properties", "flag_keys_to_evaluate"]
)
def test_member__of_a_wrong_type__is_400(sdk, member):
    assert sdk.ask(**{member: 5}).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nothing",
        b"[]",
        b'"x"',
        b"\x1f\x8bbroken",
        gzip.compress(b"{}", mtime=0)[:-9],
        b"[" * 100_000,
        b64encode(b"[" * 3000),
        b"\xff\xfe",
        gzip.compress(gzip.compress(gzip.compress(gzip.compress(b"{}")))),
    ],
    ids=[
        *("empty", "word", "list", "text", "broken_gzip", "cut_gzip", "deep", "deep_base64"),
        *("no_utf8", "gzip_in_gzip"),
    ],
)
def test_body__that_is_no_object__is_a_4xx(sdk, body):
    assert sdk.send(body).status_code in (400, 401)


def test_body__of_another_type__is_400(sdk):
    assert sdk.send(b"<a/>", content_type="application/xml").status_code == 400


def test_body__too_large__is_413(sdk):
    assert sdk.send(b" " * (2 * 1024 * 1024 + 1)).status_code == 413


def test_body__that_unpacks_to_more_than_is_read__is_413(sdk):
    assert sdk.send(gzip.compress(b" " * 50_000_000)).status_code == 413


def test_properties__ten_thousand_and_deeply_nested__are_answered(sdk, checkout):
    deep = json.loads('{"a":' * 200 + "1" + "}" * 200)
    properties = {f"p{number}": number for number in range(10_000)} | {"deep": deep}
    assert sdk.ask(person_properties=properties).status_code == 200


@pytest.mark.parametrize("depth", [300, 1000])
def test_properties__nested_too_deep_to_be_compared__meet_nothing(sdk, project, depth):
    wanted = {"key": "deep", "type": "person", "operator": "exact", "value": "a"}
    factories.make_flag(project, "deep", filters={"groups": [{"properties": [wanted]}]})
    deep = '{"a":' * depth + "1" + "}" * depth
    token = json.dumps(project.api_token)
    body = f'{{"token":{token},"distinct_id":"u","person_properties":{{"deep":{deep}}}}}'
    answer = sdk.send(body).json()
    assert answer["flags"]["deep"]["reason"]["code"] == "no_condition_match"
    assert answer["errorsWhileComputingFlags"] is False


def test_token__asking_too_often__is_429(sdk, checkout, settings):
    settings.RATE_LIMIT_ENABLED = True
    settings.RATE_LIMIT_TOKEN = "2/day"
    assert [sdk.ask().status_code for _ in range(3)] == [200, 200, 429]
    response = sdk.ask()
    assert response.json()["code"] == "rate_limit_exceeded"
    assert response.json()["type"] == "validation_error"
    assert int(response.headers["Retry-After"]) > 0
