import json

import pytest

from saved_metrics.models import SavedMetric
from tests.assertions import assert_error, assert_invalid
from tests.factories import MEAN_METRIC
from tests.looping import in_one_test

QUERY = json.dumps(MEAN_METRIC)
WRONG_TEXTS = {
    "true": ("true", "invalid_input"),
    "list": ("[]", "invalid_input"),
    "object": ("{}", "invalid_input"),
    "null_character": (r'"a\u0000b"', "null_characters_not_allowed"),
    "half_a_surrogate_pair": (r'"\ud800"', "surrogate_characters_not_allowed"),
    "401_characters": (json.dumps("x" * 401), "max_length"),
    "nested_100_deep": ("[" * 100 + "]" * 100, "invalid_input"),
}
UNSTORABLE = {
    "null_character": r'"a\u0000b"',
    "half_a_surrogate_pair": r'"\ud800"',
    "null_character_in_a_key": r'{"\u0000": 1}',
    "surrogate_in_a_key": r'{"\ud800": 1}',
    "beyond_64_bits": str(2**70),
    "below_64_bits": str(-(2**70)),
    "nested_100_deep": "[" * 100 + "]" * 100,
}
WRONG_TAGS = {
    "null": ("null", "tags", "null"),
    "true": ("true", "tags", "not_a_list"),
    "number": ("5", "tags", "not_a_list"),
    "text": ('"a"', "tags", "not_a_list"),
    "object": ('{"a": 1}', "tags", "not_a_list"),
    "of_null": ('["a", null]', "tags__1", "null"),
    "of_true": ('["a", true]', "tags__1", "invalid_input"),
    "of_list": ('[["a"]]', "tags__0", "invalid_input"),
    "of_object": ("[{}]", "tags__0", "invalid_input"),
    "null_character": (r'["\u0000"]', "tags__0", "null_characters_not_allowed"),
    "half_a_surrogate_pair": (r'["\ud800"]', "tags__0", "surrogate_characters_not_allowed"),
    "256_characters": (json.dumps(["x" * 256]), "tags__0", "max_length"),
    "nested_100_deep": ("[" * 100 + "]" * 100, "tags__0", "invalid_input"),
}
NOT_JSON = {
    "cut_off": f'{{"name": "x", "query": {QUERY}',
    "nan": f'{{"name": NaN, "query": {QUERY}}}',
    "infinity": '{"name": "x", "query": {"threshold": -Infinity}}',
    "beyond_floats": '{"name": "x", "query": {"threshold": 1e999}}',
    "same_key_twice": '{"name": "x", "query": {"kind": 1, "kind": 2}}',
    "nested_very_deep": '{"name": "x", "query": ' + "[" * 200_000 + "]" * 200_000 + "}",
}


@pytest.fixture(params=["post", "put", "patch"])
def send(request, client, project, saved_metric):
    collection = f"/api/projects/{project.pk}/experiment_saved_metrics/"
    url = collection if request.param == "post" else f"{collection}{saved_metric.pk}/"

    def send_body(body, content_type="application/json"):
        return getattr(client, request.param)(url, body.encode(), content_type=content_type)

    return send_body


def _body(**values):
    fields = {"name": '"New"', "query": QUERY} | values
    return "{" + ", ".join(f'"{field}": {value}' for field, value in fields.items()) + "}"


def _cases(values):
    return [pytest.param(value, id=name) for name, value in values.items()]


def _is_untouched(saved_metric):
    stored = SavedMetric.objects.get()
    is_same = (stored.name, stored.query) == (saved_metric.name, saved_metric.query)
    return is_same and stored.updated_at == saved_metric.updated_at


@in_one_test("value", _cases(WRONG_TEXTS))
@in_one_test("field", ["name", "description"])
def test_saved_metric_values__wrong_text__refused(send, saved_metric, field, value):
    text, code = value

    response = send(_body(**{field: text}))

    assert_invalid(response, field, code)
    assert _is_untouched(saved_metric)


@in_one_test("value", _cases(UNSTORABLE))
@in_one_test("place", ["{}", '{{"kind": {}}}', '{{"response": {{"x": [{}]}}}}'])
def test_saved_metric_values__unstorable_query__refused(send, saved_metric, place, value):
    response = send(_body(query=place.format(value)))

    assert_invalid(response, "query")
    assert _is_untouched(saved_metric)


@in_one_test("value", _cases(WRONG_TAGS))
def test_saved_metric_values__wrong_tags__refused(send, saved_metric, value):
    tags, attr, code = value

    response = send(_body(tags=tags))

    assert_invalid(response, attr, code)
    assert _is_untouched(saved_metric)


def test_saved_metric_values__numbers_as_text__kept_as_text(send):
    body = send(_body(name="5", description="1.5", tags="[7]")).json()

    assert (body["name"], body["description"], body["tags"]) == ("5", "1.5", ["7"])


def test_saved_metric_values__400_characters__kept(send):
    text = "\U0001f600" * 400

    response = send(_body(name=json.dumps(text), description=json.dumps(text)))

    stored = SavedMetric.objects.get(pk=response.json()["id"])
    assert (stored.name, stored.description) == (text, text)


@in_one_test("body", _cases(NOT_JSON))
def test_saved_metric_values__not_json__parse_error(send, saved_metric, body):
    response = send(body)

    assert_error(response, 400, "parse_error")
    assert response.json()["type"] == "invalid_request"
    assert _is_untouched(saved_metric)


def test_saved_metric_values__nested_2000_deep__refused(send, saved_metric):
    response = send(_body(query="[" * 2000 + "]" * 2000))

    # It depends on the version of Python whether this can be read at all.
    error = (response.json()["code"], response.json()["attr"])
    assert response.status_code == 400
    assert error in [("parse_error", None), ("invalid_input", "query")]
    assert _is_untouched(saved_metric)


@in_one_test("body", ["[]", '["name"]', '"name"', "5", "true"])
def test_saved_metric_values__body_is_no_object__refused(send, body):
    response = send(body)

    assert_invalid(response, None)


def test_saved_metric_values__body_is_null__refused(send):
    response = send("null")

    assert_invalid(response, None, "null")


@pytest.mark.parametrize("content_type", ["application/json", "application/x-www-form-urlencoded"])
def test_saved_metric_values__form__read_whatever_its_type(send, content_type):
    query = QUERY.replace(" ", "").replace('"', "%22")

    response = send(f"name=string&query={query}&tags=B&tags=a", content_type)

    assert response.status_code in (200, 201)
    stored = SavedMetric.objects.get(pk=response.json()["id"])
    assert (stored.name, stored.tags) == ("string", ["a", "b"])
    assert stored.query == MEAN_METRIC | {"uuid": stored.query["uuid"]}


def test_saved_metric_values__form_of_the_page__query_asked_for(send, saved_metric):
    response = send("name=string,&query=undefined")

    assert_invalid(response, "query")
    assert _is_untouched(saved_metric)


@in_one_test(
    ("query", "attr", "code"),
    [
        pytest.param("null", "query", "null", id="null"),
        pytest.param("", "query", "invalid_input", id="empty"),
        pytest.param("NaN", "query", "invalid_input", id="nan"),
        pytest.param("[]", None, "invalid_input", id="list"),
    ],
)
def test_saved_metric_values__form_with_wrong_query__refused(send, saved_metric, query, attr, code):
    response = send(f"name=string&query={query}", "application/x-www-form-urlencoded")

    assert_invalid(response, attr, code)
    assert _is_untouched(saved_metric)


def test_saved_metric_values__form_without_query__name_patched(client, project, saved_metric):
    response = client.patch(
        f"/api/projects/{project.pk}/experiment_saved_metrics/{saved_metric.pk}/",
        b"name=string",
        content_type="application/json",
    )

    assert response.status_code == 200
    assert (response.json()["name"], response.json()["query"]) == ("string", saved_metric.query)
