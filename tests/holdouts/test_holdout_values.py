import json

import pytest

from holdouts.models import Holdout
from tests.assertions import assert_error, assert_invalid
from tests.looping import in_one_test

WRONG_TEXTS = {
    "true": ("true", "invalid_input"),
    "list": ("[]", "invalid_input"),
    "object": ("{}", "invalid_input"),
    "null_character": (r'"a\u0000b"', "null_characters_not_allowed"),
    "half_a_surrogate_pair": (r'"\ud800"', "surrogate_characters_not_allowed"),
    "401_characters": (json.dumps("x" * 401), "max_length"),
    "nested_100_deep": ("[" * 100 + "]" * 100, "invalid_input"),
}
WRONG_FILTERS = {
    "true": "true",
    "number": "5",
    "text": '"x"',
    "text_of_a_list": r'"[{\"rollout_percentage\": 5}]"',
    "object": '{"rollout_percentage": 5}',
    "empty": "[]",
    "group_null": "[null]",
    "group_text": '["x"]',
    "group_list": "[[]]",
    "second_group_number": '[{"rollout_percentage": 5}, 5]',
    "beyond_64_bits": '[{"rollout_percentage": 5, "sort_key": 1180591620717411303424}]',
    "null_character": r'[{"rollout_percentage": 5, "description": "\u0000"}]',
    "null_character_in_a_key": r'[{"rollout_percentage": 5, "\u0000": 1}]',
    "half_a_surrogate_pair": r'[{"rollout_percentage": 5, "description": "\ud800"}]',
    "nested_100_deep": '[{"rollout_percentage": 5, "x": ' + "[" * 100 + "]" * 100 + "}]",
}
WRONG_PERCENTAGES = [
    *("null", "true", "false", '"5"', '"x"', "[]", "{}"),
    *("-1", "-0.001", "100.5", "101", "1180591620717411303424", "1e300"),
]
WRONG_PROPERTIES = ["null", "true", "5", '"x"', "{}", "[null]", '["x"]', "[5]", "[[]]", "[{}, 5]"]
NOT_JSON = {
    "cut_off": '{"name": "x"',
    "nan": '{"name": NaN}',
    "infinity": '{"name": "x", "filters": [{"rollout_percentage": Infinity}]}',
    "beyond_floats": '{"name": "x", "filters": [{"rollout_percentage": 1e999}]}',
    "same_key_twice": '{"name": "x", "name": "y"}',
    "nested_very_deep": '{"name": "x", "filters": ' + "[" * 200_000 + "]" * 200_000 + "}",
    "single_quotes": "{'name': 'x'}",
}


@pytest.fixture(params=["post", "put", "patch"])
def send(request, client, project, holdout):
    collection = f"/api/projects/{project.pk}/experiment_holdouts/"
    url = collection if request.param == "post" else f"{collection}{holdout.pk}/"

    def send_body(body, content_type="application/json"):
        return getattr(client, request.param)(url, body.encode(), content_type=content_type)

    return send_body


def _cases(values):
    return [pytest.param(value, id=name) for name, value in values.items()]


@in_one_test("value", _cases(WRONG_TEXTS))
@in_one_test("field", ["name", "description"])
def test_holdout_values__wrong_text__refused(send, holdout, field, value):
    text, code = value

    response = send(f'{{"name": "x", "{field}": {text}}}'.replace('"name": "x", "name"', '"name"'))

    assert_invalid(response, field, code)
    assert Holdout.objects.get().updated_at == holdout.updated_at


@in_one_test("filters", _cases(WRONG_FILTERS))
def test_holdout_values__wrong_filters__refused(send, holdout, filters):
    response = send(f'{{"name": "x", "filters": {filters}}}')

    assert_invalid(response, "filters")
    assert Holdout.objects.get().updated_at == holdout.updated_at


@in_one_test("percentage", WRONG_PERCENTAGES)
def test_holdout_values__wrong_percentage__refused(send, holdout, percentage):
    response = send(f'{{"name": "x", "filters": [{{"rollout_percentage": {percentage}}}]}}')

    assert_invalid(response, "filters")
    assert Holdout.objects.get().updated_at == holdout.updated_at


@pytest.mark.parametrize("percentage", ["0", "100", "12.5", "0.001", "99.999", "1e1"])
def test_holdout_values__percentage_in_range__stored(send, percentage):
    response = send(f'{{"name": "x", "filters": [{{"rollout_percentage": {percentage}}}]}}')

    assert response.status_code in (200, 201)
    stored = Holdout.objects.get(pk=response.json()["id"])
    assert stored.filters[0]["rollout_percentage"] == float(percentage)
    assert response.json()["filters"] == stored.filters


@in_one_test("properties", WRONG_PROPERTIES)
def test_holdout_values__wrong_properties__refused(send, holdout, properties):
    group = f'{{"rollout_percentage": 5, "properties": {properties}}}'

    response = send(f'{{"name": "x", "filters": [{group}]}}')

    assert_invalid(response, "filters")
    assert Holdout.objects.get().updated_at == holdout.updated_at


@pytest.mark.parametrize("variant", ["null", "true", "5", "[]", "{}"])
def test_holdout_values__any_variant__overwritten(send, variant):
    group = f'{{"rollout_percentage": 5, "variant": {variant}}}'

    body = send(f'{{"name": "x", "filters": [{group}]}}').json()

    assert body["filters"][0]["variant"] == f"holdout-{body['id']}"


@in_one_test("body", _cases(NOT_JSON))
def test_holdout_values__not_json__parse_error(send, holdout, body):
    response = send(body)

    assert_error(response, 400, "parse_error")
    assert response.json()["type"] == "invalid_request"
    assert Holdout.objects.get().updated_at == holdout.updated_at


def test_holdout_values__nested_2000_deep__refused(send, holdout):
    response = send('{"name": "x", "filters": ' + "[" * 2000 + "]" * 2000 + "}")

    # It depends on the version of Python whether this can be read at all.
    error = (response.json()["code"], response.json()["attr"])
    assert response.status_code == 400
    assert error in [("parse_error", None), ("invalid_input", "filters")]
    assert Holdout.objects.get().updated_at == holdout.updated_at


@in_one_test("body", ["[]", '["name"]', '"name"', "5", "true"])
def test_holdout_values__body_is_no_object__refused(send, body):
    response = send(body)

    assert_invalid(response, None)


def test_holdout_values__body_is_null__refused(send):
    response = send("null")

    assert_invalid(response, None, "null")


def test_holdout_values__numbers_as_text__kept_as_text(send):
    body = send('{"name": 5, "description": 1.5}').json()

    assert (body["name"], body["description"]) == ("5", "1.5")


def test_holdout_values__400_characters__kept(send):
    text = "\U0001f600" * 400

    response = send(json.dumps({"name": text, "description": text}))

    stored = Holdout.objects.get(pk=response.json()["id"])
    assert (stored.name, stored.description) == (text, text)


@pytest.mark.parametrize("content_type", ["application/json", "application/x-www-form-urlencoded"])
def test_holdout_values__form__read_whatever_its_type(send, content_type):
    filters = "%5B%7B%22rollout_percentage%22%3A%2012.5%7D%5D"

    response = send(f"name=string&description=a+b&filters={filters}", content_type)

    assert response.status_code in (200, 201)
    stored = Holdout.objects.get(pk=response.json()["id"])
    assert (stored.name, stored.description) == ("string", "a b")
    assert stored.filters[0]["rollout_percentage"] == 12.5


@pytest.mark.parametrize("content_type", ["application/json", "application/x-www-form-urlencoded"])
def test_holdout_values__form_of_the_page__accepted(send, content_type):
    response = send("name=string", content_type)

    assert response.status_code in (200, 201)
    assert response.json()["name"] == "string"


@in_one_test(
    ("value", "code"),
    [("null", "null"), ("", "invalid_input"), ("x", "invalid_input"), ("[]", "invalid_input")],
)
def test_holdout_values__form_with_wrong_filters__refused(send, holdout, value, code):
    response = send(f"name=string&filters={value}", "application/x-www-form-urlencoded")

    assert_invalid(response, "filters", code)
    assert Holdout.objects.get().updated_at == holdout.updated_at


def test_holdout_values__plain_text__unsupported(send):
    response = send("name: string", "text/plain")

    assert_error(response, 415, "unsupported_media_type")
