import gzip

import pytest

from core.exceptions import ParseError
from core.http.parsers import parse_json
from tests.assertions import assert_error
from tests.looping import in_one_test

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def post(client, project):
    def send(body, content_type=JSON, **headers):
        url = f"/api/projects/{project.pk}/experiment_holdouts/"
        return client.generic("POST", url, body, content_type, **headers)

    return send


def assert_refused(response, status, code):
    assert_error(response, status, code)
    assert response.json()["type"] == "invalid_request"


@pytest.mark.parametrize(
    ("body", "name"),
    [
        pytest.param(b'{"name": "Q3"}', "Q3", id="plain"),
        pytest.param(b' \r\n\t{"name": "Q3"}\n ', "Q3", id="white_space_around"),
        pytest.param('{"name": "Größe 😀"}'.encode(), "Größe 😀", id="utf_8"),
        pytest.param(b'{"name": "\\ud83d\\ude00"}', "😀", id="escaped_surrogate_pair"),
        pytest.param(b'{"name": "a=b"}', "a=b", id="equals_sign"),
        pytest.param(b'{"name": "Q3", "unknown": 1e300}', "Q3", id="large_number"),
    ],
)
def test_json__strict__read(post, body, name):
    response = post(body)

    assert response.status_code == 201
    assert response.json()["name"] == name


@in_one_test(
    "body",
    [
        pytest.param(b'{"name": }', id="no_value"),
        pytest.param(b'{"name": "Q3"', id="ends_early"),
        pytest.param(b'{"name": "Q3"} {}', id="two_values"),
        pytest.param(b"{'name': 'Q3'}", id="single_quotes"),
        pytest.param(b'{"name": "Q3",}', id="trailing_comma"),
        pytest.param(b'{"name": "a\nb"}', id="raw_line_feed"),
        pytest.param(b" ", id="only_a_space"),
        pytest.param(b"name", id="bare_word"),
        pytest.param(b'{"name": NaN}', id="nan"),
        pytest.param(b'{"name": Infinity}', id="infinity"),
        pytest.param(b'{"name": -Infinity}', id="minus_infinity"),
        pytest.param(b'{"name": 1e999}', id="too_large_for_a_float"),
        pytest.param(b'{"name": -1e999}', id="too_small_for_a_float"),
        pytest.param(b'{"name": ' + b"9" * 5000 + b"}", id="too_many_digits"),
        pytest.param(b'{"name": "a", "name": "b"}', id="same_key_twice"),
        pytest.param(b'{"name": "a", "x": [{"y": 1, "y": 1}]}', id="same_key_twice_inside"),
        pytest.param(b'{"name": "a", "\\u006eame": "b"}', id="same_key_spelled_otherwise"),
        pytest.param(b'{"name": "\xff"}', id="not_utf_8"),
        pytest.param(b'{"name": "\xed\xa0\x80"}', id="encoded_half_surrogate"),
        pytest.param('{"name": "Q3"}'.encode("utf-16"), id="utf_16"),
        pytest.param(b'\xef\xbb\xbf{"name": "Q3"}', id="byte_order_mark"),
        pytest.param(b"[" * 100_000, id="very_deep_array"),
        pytest.param(b'{"a":' * 100_000, id="very_deep_object"),
        pytest.param(gzip.compress(b'{"name": "Q3"}'), id="compressed"),
    ],
)
def test_json__not_strict__parse_error(post, body):
    response = post(body)

    assert_refused(response, 400, "parse_error")
    assert response.json()["detail"].startswith("JSON parse error - ")


@pytest.mark.parametrize("body", [b'{"name": "Q3"}', b' \n{"name": "Q3"}', b"[1]", b"{"])
def test_form__json_in_it__says_which_content_type_to_send(post, body):
    response = post(body, FORM)

    assert_refused(response, 400, "parse_error")
    assert "Content-Type: application/json" in response.json()["detail"]


@pytest.mark.parametrize("body", [b'{"name": NaN}', b'{"a": 1, "a": 1}', b"{", b"[" * 100_000])
def test_json_inside_a_form__not_strict__invalid(post, body):
    response = post(b"name=Q3&filters=" + body, FORM)

    assert_error(response, 400, "invalid_input", "filters")


@in_one_test(
    ("escape", "code"),
    [
        pytest.param("\\u0000", "null_characters_not_allowed", id="null_character"),
        pytest.param("\\ud800", "surrogate_characters_not_allowed", id="half_a_surrogate_pair"),
    ],
)
def test_json__text_that_cannot_be_kept__refused(post, escape, code):
    response = post(f'{{"name": "a{escape}"}}')

    assert_error(response, 400, code, "name")
    assert response.json()["type"] == "validation_error"


@pytest.mark.parametrize(
    ("body", "name"),
    [
        pytest.param(b"name=Q3", "Q3", id="one_field"),
        pytest.param(b"name=Q3&description=x", "Q3", id="two_fields"),
        pytest.param(b"name=a+b%20c", "a b c", id="encoded"),
        pytest.param(b"name=Gr%C3%B6%C3%9Fe", "Größe", id="encoded_utf_8"),
        pytest.param(b'name="Q3"', '"Q3"', id="the_pages_own_curl"),
        pytest.param(b"name={}", "{}", id="value_like_json"),
        pytest.param(b"  name=Q3", "Q3", id="spaces_before"),
        pytest.param(b"name=a&name=b", "b", id="field_twice"),
        pytest.param(b"_private=1&name=Q3", "Q3", id="underscore_first"),
    ],
)
@pytest.mark.parametrize("content_type", [JSON, f"{JSON}; charset=utf-8", "*/*"])
def test_form_under_json__field_and_equals_sign__read_as_form(post, body, name, content_type):
    response = post(body, content_type)

    assert response.status_code == 201
    assert response.json()["name"] == name


@in_one_test("body", [b"=Q3", b"1name=Q3", b"a[b]=1", b"a b=1", b'"name"=Q3', b"true"])
def test_form_under_json__no_field_name__parse_error_or_wrong_shape(post, body):
    response = post(body)

    assert response.status_code == 400
    assert response.json()["code"] in ("parse_error", "invalid_input")


@in_one_test("content_type", [JSON, FORM])
def test_form__more_than_a_thousand_fields__refused(post, content_type):
    body = "&".join(f"a{number}=1" for number in range(1500))

    response = post(body, content_type)

    assert_refused(response, 400, "parse_error")


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json; charset=nonsense",
        "application/json; charset=utf-16",
        'application/json;charset="',
        "APPLICATION/JSON",
        "application/json;",
    ],
)
def test_content_type__json_with_odd_parameters__utf_8_json(post, content_type):
    response = post('{"name": "Größe"}'.encode(), content_type)

    assert response.status_code == 201
    assert response.json()["name"] == "Größe"


@in_one_test(
    "content_type",
    ["text/plain", "application/vnd.api+json", "application/xml", "garbage", "/", "a/b/c", ""],
)
def test_content_type__not_one_of_the_three__unsupported(post, content_type):
    response = post(b'{"name": "Q3"}', content_type)

    assert_refused(response, 415, "unsupported_media_type")


def test_content_encoding__announced_but_not_used__body_is_what_counts(post):
    response = post(b'{"name": "Q3"}', HTTP_CONTENT_ENCODING="gzip")

    assert response.status_code == 201


def test_parse_json__text__value():
    assert parse_json('{"a": [1, 2.5, null, true]}') == {"a": [1, 2.5, None, True]}


def test_parse_json__bytes_not_utf_8__parse_error():
    with pytest.raises(ParseError, match="utf-8"):
        parse_json(b'"\xff"')
