"""The pure modules about flags, imported and called in the page that serves them."""

import pytest


@pytest.mark.parametrize(
    ("text", "laid_out"),
    [
        (
            '{"sku":9007199254740993,"v":1.0}',
            '{\n  "sku": 9007199254740993,\n  "v": 1.0\n}',
        ),
        ('{"b":[1e2,"7"],"2":{},"b":"\\u00e9\\""}', None),
    ],
)
def test_payload__formatted__texts_numbers_and_order_as_they_were(run, text, laid_out):
    found = run("flag_form", "formatted", text)

    assert laid_out is None or found == laid_out
    assert "".join(found.split()) == text


@pytest.mark.parametrize(
    ("value", "operator", "expected"),
    [
        (["@x.com"], "not_icontains", "@x.com"),
        ([5, 6], "gt", "5"),
        ([], "regex", ""),
        ("@x.com", "is_not", ["@x.com"]),
        (["a", "b"], "icontains_multi", ["a", "b"]),
        (["a", "b"], "is_set", ["a", "b"]),
    ],
)
def test_property__another_operator__value_that_it_can_mean(run, value, operator, expected):
    found = run("flag_form", "withOperator", {"key": "email", "value": value}, operator)

    assert found == {"key": "email", "operator": operator, "value": expected}


FORM = {
    "groups": [{"properties": [], "variant": "test"}],
    "multivariate": {"variants": [{"key": "control"}, {"key": "test"}]},
    "payloads": {"test": "1", "control": "2"},
}


def test_filters__variant_renamed_over_the_key_of_another__payload_and_condition_go_with_it(run):
    control, test = FORM["multivariate"]["variants"]
    for key in ("", "control", "new"):
        test = run("flag_form", "renamed", test, key)
    form = FORM | {"multivariate": {"variants": [control, test]}}

    assert run("flag_form", "filtersOf", form) == {
        "groups": [{"properties": [], "variant": "new"}],
        "multivariate": {"variants": [{"key": "control"}, {"key": "new"}]},
        "payloads": {"new": "1", "control": "2"},
    }


@pytest.mark.parametrize(
    ("variants", "payloads"),
    [([{"key": "control"}, {"key": "other"}], {"control": "2"}), ([], {"true": "3"})],
)
def test_filters__variant_gone__payload_and_condition_are_gone(run, variants, payloads):
    stored = FORM["payloads"] | {"true": "3"}
    form = FORM | {"multivariate": {"variants": variants}, "payloads": stored}

    found = run("flag_form", "filtersOf", form)

    assert (found["groups"][0]["variant"], found["payloads"]) == (None, payloads)


@pytest.mark.parametrize(
    ("value", "is_rounded"),
    [(2**53 - 1, False), (2**53, True), (0.5, False), ([{"a": [None, 2**60]}], True)],
)
def test_filters__number_beyond_what_browsers_keep__found(run, value, is_rounded):
    assert run("flag_form", "isRounded", {"value": value}) is is_rounded


def test_new_experiment__variant_renamed__condition_serves_it(run):
    form = run("experiment_form", "emptyForm")
    control, test = form["variants"]
    groups = [{"properties": [], "variant": "test"}]
    variants = [control, run("flag_form", "renamed", test, "blue")]

    body = run("experiment_form", "requestOf", form | {"variants": variants, "groups": groups})

    filters = body["feature_flag"]["filters"]
    assert filters["groups"][0]["variant"] == filters["multivariate"]["variants"][1]["key"]
    assert filters["multivariate"]["variants"][1] == {"key": "blue", "rollout_percentage": 50}


@pytest.mark.parametrize(
    ("enabled", "why"),
    [(True, "has joined early access"), (False, "has left early access")],
)
def test_person__decided_by_enrolment__no_condition_is_named(run, enabled, why):
    flag = {"active": True, "filters": {"groups": [{"properties": []}]}}
    reason = {"code": "super_condition_value", "condition_index": 0}
    found = run("evaluation", "told", flag, {"enabled": enabled, "reason": reason})

    assert (why in found["why"], found["matched"]) == (True, None)
