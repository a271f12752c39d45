from copy import deepcopy

import pytest

from experiments.variants import default_variants, has_same_keys, sent_variants


def test_default_variants__any__control_and_test_in_halves():
    assert default_variants() == [
        {"key": "control", "name": "Control Group", "rollout_percentage": 50},
        {"key": "test", "name": "Test Variant", "rollout_percentage": 50},
    ]


def test_default_variants__changed_by_a_caller__fresh_for_the_next():
    default_variants()[0]["key"] = "changed"

    assert default_variants()[0]["key"] == "control"


@pytest.mark.parametrize(
    "parameters",
    [None, {}, {"feature_flag_variants": None}, {"feature_flag_variants": []}, {"effect": 1}],
    ids=str,
)
def test_sent_variants__none_named__empty(parameters):
    assert sent_variants(parameters) == []


@pytest.mark.parametrize(
    ("sent", "wanted"),
    [
        ({"key": "a", "rollout_percentage": 1}, {"key": "a", "rollout_percentage": 1}),
        ({"key": "a", "split_percent": 1}, {"key": "a", "rollout_percentage": 1}),
        (
            {"key": "a", "split_percent": 1, "rollout_percentage": 2},
            {"key": "a", "rollout_percentage": 1},
        ),
        ({"key": "a", "name": "A", "other": []}, {"key": "a", "name": "A", "other": []}),
    ],
    ids=str,
)
def test_sent_variants__either_spelling__one_name_and_the_input_untouched(sent, wanted):
    before = deepcopy(sent)

    assert sent_variants({"feature_flag_variants": [sent]}) == [wanted]
    assert sent == before


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ("ab", "ab", True),
        ("ab", "ba", True),
        ("ab", "abc", False),
        ("abc", "ab", False),
        ("ab", "ac", False),
        ("aa", "ab", False),
        ("", "", True),
    ],
)
def test_has_same_keys__two_lists__whatever_the_order(ours, theirs, same):
    assert (
        has_same_keys(ours=[{"key": key} for key in ours], theirs=[{"key": key} for key in theirs])
        is same
    )
