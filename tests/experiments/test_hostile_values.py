import pytest

from experiments.models import Experiment
from tests.assertions import assert_error, assert_invalid
from tests.experiments.database_rows import everything
from tests.experiments.paths import collection, member
from tests.looping import in_one_test

JSON = "application/json"
TEXTS = ["name", "description", "feature_flag_key", "_create_in_folder", "conclusion_comment"]
SWITCHES = ["archived", "deleted", "exposure_preaggregation_enabled"]
CHOICES = ["type", "conclusion"]
OBJECTS = ["parameters", "filters", "stats_config", "scheduling_config"]
ARRAYS = [
    "metrics",
    "metrics_secondary",
    "saved_metrics_ids",
    "primary_metrics_ordered_uuids",
    "secondary_metrics_ordered_uuids",
]
DOCUMENTS = [*OBJECTS, *ARRAYS, "secondary_metrics", "exposure_criteria"]

NUL, SURROGATE = '"a\\u0000b"', '"a\\ud800b"'
HUGE = str(2**70)
LONG_LIST = f"[{','.join(['1'] * 20_000)}]"


def _refused(fields: list[str], values: dict[str, str], code: str) -> list:
    return [
        pytest.param(field, raw, code, id=f"{field}-{name}")
        for field in fields
        for name, raw in values.items()
    ]


REFUSED = [
    *_refused(
        TEXTS,
        {"true": "true", "list": "[]", "object": '{"a": 1}', "long list": LONG_LIST},
        "invalid_input",
    ),
    *_refused(TEXTS, {"nul": NUL}, "null_characters_not_allowed"),
    *_refused(TEXTS, {"surrogate": SURROGATE}, "surrogate_characters_not_allowed"),
    *_refused(
        SWITCHES,
        {"two": "2", "text": '"x"', "list": "[]", "object": "{}", "nul": NUL, "huge": HUGE}
        | {"surrogate": SURROGATE, "fraction": "0.5", "1e30": "1e30"},
        "invalid_input",
    ),
    *_refused(
        CHOICES,
        {"number": "1", "true": "true", "list": "[]", "object": '{"a": "\\u0000"}', "nul": NUL}
        | {"surrogate": SURROGATE, "huge": HUGE, "long": f'"{"x" * 100_000}"'},
        "invalid_choice",
    ),
    *_refused(
        DOCUMENTS,
        {"nul": '["\\u0000"]', "nul key": '{"\\u0000": 1}', "surrogate": '["\\ud800"]'}
        | {"surrogate key": '{"\\udfff": 1}', "huge": f"[{HUGE}]", "-huge": f"[-{HUGE}]"}
        | {"deep": "[" * 65 + "]" * 65, "deep object": '{"a":' * 65 + "1" + "}" * 65},
        "invalid_input",
    ),
    *_refused(
        OBJECTS,
        {"list": "[]", "text": '"x"', "number": "1", "false": "false", "long list": LONG_LIST},
        "not_a_dict",
    ),
    *_refused(
        ARRAYS, {"object": "{}", "text": '"x"', "number": "1", "false": "false"}, "not_a_list"
    ),
    *_refused(ARRAYS, {"long list": LONG_LIST}, "invalid_input"),
    *_refused(
        ["holdout_id"],
        {"true": "true", "false": "false", "fraction": "1.0", "1e30": "1e30", "list": "[1]"}
        | {"object": '{"id": 1}', "text": '"x"', "nul": NUL, "surrogate": SURROGATE}
        | {"other digits": '"\\u0661"', "many digits": f'"{"9" * 5000}"', "text 1.0": '"1.0"'},
        "incorrect_type",
    ),
    *_refused(
        ["holdout_id"],
        {
            "zero": "0",
            "negative": "-1",
            "huge": HUGE,
            "huge text": f'"{HUGE}"',
            "64 bits": "1" * 19,
        },
        "does_not_exist",
    ),
]
# A value takes the same way in on create and on update: one of each shows that nothing is written.
ONE_OF_EACH_FIELD = list({case.values[0]: case for case in REFUSED}.values())


@in_one_test(("field", "raw", "code"), REFUSED)
def test_hostile_values__on_create__refused_by_name_and_nothing_left(
    client, project, field, raw, code
):
    required = {"name": '"A"', "feature_flag_key": '"a"'}
    body = _body(required | {field: raw})

    response = client.post(collection(project), body, content_type=JSON)

    assert_invalid(response, field, code)
    assert len(response.content) < 1000
    assert everything() == []


@in_one_test(("field", "raw", "code"), ONE_OF_EACH_FIELD)
def test_hostile_values__on_update__refused_by_name_and_nothing_changed(
    client, experiment, field, raw, code
):
    before = everything()

    response = client.patch(member(experiment), _body({field: raw}), content_type=JSON)

    assert_invalid(response, field, code)
    assert everything() == before


@in_one_test(
    "raw",
    ["NaN", "1e999", "-1e999", "[Infinity]", "[" * 200_000 + "]" * 200_000, '{"a": 1, "a": 2}'],
    ids=["nan", "1e999", "-1e999", "infinity", "200,000 deep", "twice"],
)
def test_hostile_values__no_json__refused_as_such(client, experiment, raw):
    before = everything()

    response = client.patch(member(experiment), _body({"parameters": raw}), content_type=JSON)

    assert_error(response, 400, "parse_error")
    assert everything() == before


@pytest.mark.parametrize(
    ("field", "raw", "shown"),
    [
        ("name", "7", "7"),
        ("name", HUGE, HUGE),
        ("name", '"\\ud83d\\ude00"', "😀"),
        ("description", "1e30", "1e+30"),
        ("conclusion_comment", f'"{"x" * 500_000}"', "x" * 500_000),
        ("archived", '"TRUE"', True),
        ("archived", "1", True),
        ("exposure_preaggregation_enabled", '"off"', False),
        ("secondary_metrics", "7", 7),
        ("secondary_metrics", '"\\ud83d\\ude00"', "😀"),
        ("secondary_metrics", LONG_LIST, [1] * 20_000),
        ("scheduling_config", f'{{"a": {2**63 - 1}}}', {"a": 2**63 - 1}),
        ("primary_metrics_ordered_uuids", '["", "x", "x"]', ["", "x", "x"]),
        ("holdout_id", '""', None),
    ],
    ids=lambda value: str(value)[:24],
)
def test_hostile_values__odd_but_clear__stored_and_shown(client, experiment, field, raw, shown):
    response = client.patch(member(experiment), _body({field: raw}), content_type=JSON)

    assert response.status_code == 200
    assert client.get(member(experiment)).json()[field] == response.json()[field]
    assert response.json()[field] == shown


@pytest.mark.parametrize("reference", ["status", "holdout", "created_by", "id"])
@pytest.mark.parametrize("raw", [SURROGATE, HUGE])
def test_hostile_values__read_only_field__ignored(client, experiment, reference, raw):
    before = client.get(member(experiment)).json()[reference]

    response = client.patch(member(experiment), _body({reference: raw}), content_type=JSON)

    assert response.status_code == 200
    assert response.json()[reference] == before


def test_hostile_values__filters_beyond_their_size__refused(client, project):
    long = '{"feature_flag_variants": [{"key": "control", "rollout_percentage": 50},'
    long += f'{{"key": "{"x" * 600_000}", "rollout_percentage": 50}}]}}'
    body = _body({"name": '"A"', "feature_flag_key": '"a"', "parameters": long})

    response = client.post(collection(project), body, content_type=JSON)

    assert_invalid(response, "filters")
    assert everything() == []


def test_hostile_values__form__only_what_it_says(client, experiment):
    response = client.patch(
        member(experiment), b"name=New&archived=true&feature_flag_key=", content_type=JSON
    )

    assert_invalid(response, "feature_flag_key", "blank")
    assert Experiment.objects.get().archived is False


def _body(members: dict[str, str]) -> bytes:
    return ("{" + ",".join(f'"{name}": {raw}' for name, raw in members.items()) + "}").encode()
