"""Hashes, thresholds and bounds with known results."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from evaluation.engine import steps
from evaluation.engine.flag_set import FlagSet
from evaluation.engine.hashing import fraction, identifier_of, prefix_of
from evaluation.engine.shares import share_of, variants_of
from evaluation.engine.steps import choose_variant
from tests.evaluation.engine.definitions import (
    HALVES,
    everybody,
    flag,
    outcome,
    person,
    subject,
    variants,
)
from tests.looping import in_one_test

GOLDEN = json.loads((Path(__file__).parent / "golden_hashes.json").read_text())


@in_one_test(("key", "identifier", "salt", "expected"), GOLDEN["flag_hashes"])
def test_hash__flag_identifier_and_salt__is_the_known_one(key, identifier, salt, expected):
    hashed = fraction(prefix_of(key) + identifier_of(identifier) + salt.encode())
    assert f"{hashed:.10f}" == expected


@in_one_test(("identifier", "expected"), GOLDEN["holdout_hashes"])
def test_hash__of_holdouts__is_the_known_one(identifier, expected):
    assert f"{fraction(b'holdout-' + identifier_of(identifier)):.10f}" == expected


@in_one_test(("text", "expected"), GOLDEN["texts"])
def test_hash__whole_text__is_the_known_double(text, expected):
    assert repr(fraction(text.encode())) == expected


def test_identifier__of_205_characters__is_cut_to_200_code_points():
    assert identifier_of("a" * 205) == b"a" * 200
    assert identifier_of("é" * 205) == ("é" * 200).encode()


@in_one_test(
    ("hashed", "percentage", "expected"),
    [
        (0.5, 50, True),
        (0.5000000000000001, 50, False),
        (0.0, 0, True),
        (8.673617379884035e-19, 0, False),
        (0.33340000000000003, 33.34, True),
        (0.6667000000000002, 66.67, False),
        (0.999, 99.9, True),
    ],
)
def test_rollout__at_its_threshold__includes_the_threshold(hashed, percentage, expected):
    assert (hashed <= share_of(percentage)) is expected


def test_rollout__of_100__needs_no_hash():
    assert share_of(100) is None
    assert share_of(None) is None


@pytest.mark.parametrize(
    ("hashed", "shares", "expected"),
    [
        (0.0, {"control": 50, "test": 50}, "control"),
        (0.49999999999999994, {"control": 50, "test": 50}, "control"),
        (0.5, {"control": 50, "test": 50}, "test"),
        (0.3, {"ten": 10, "twenty": 20, "thirty": 30, "forty": 40}, "twenty"),
        (0.6, {"ten": 10, "twenty": 20, "thirty": 30, "forty": 40}, "thirty"),
        (0.6666, {"a": 33.33, "b": 33.33, "c": 33.34}, "c"),
        (1.0, {"control": 50, "test": 50}, None),
        (0.9999999999999999, {"a": 1.01, "b": 10.02, "c": 88.97}, None),
    ],
)
def test_variant__at_a_bound__is_the_first_with_a_higher_bound(
    hashed, shares, expected, monkeypatch
):
    # The threshold itself is the fact: no identifier has exactly these hashes.
    monkeypatch.setattr(steps, "fraction", lambda _: hashed)
    keys, bounds = variants_of(variants(**shares))
    assert choose_variant(b"", bounds, [*keys, None])(b"x") == expected


F = {
    "F1": flag("simple-flag", everybody(45)),
    "F2": flag(
        "multivariate-flag",
        everybody(55),
        filters=variants(
            first_variant=50, second_variant=20, third_variant=20, fourth_variant=5, fifth_variant=5
        ),
    ),
    "F3": flag("checkout-redesign", everybody(), filters=HALVES),
    "F4": flag("checkout-redesign", everybody(30), filters=HALVES),
    "F5": flag(
        "pricing-page", everybody(), filters=variants(control=33.33, test=33.33, test_2=33.34)
    ),
    "F6": flag("pricing-page", everybody(), filters=variants(control=34, test=33, test_2=33)),
    "F7": flag(
        "checkout-redesign",
        everybody(),
        filters=HALVES | {"holdout": {"id": 42, "exclusion_percentage": 10}},
    ),
    "F8": flag(
        "checkout-redesign",
        everybody(),
        filters=HALVES | {"holdout": {"id": 42, "exclusion_percentage": 40}},
    ),
    "F9": flag(
        "checkout-redesign",
        {
            "properties": [person("email", "vip@example.com")],
            "rollout_percentage": 100,
            "variant": "test",
        },
        everybody(20),
        filters=HALVES,
    ),
    "F10": flag("checkout-redesign", everybody(), filters=variants(control=0, test=100)),
    "F11": flag("checkout-redesign", everybody(0), filters=HALVES),
    "F12": flag(
        "checkout-redesign", everybody(None), filters=variants(control=25, a=25, b=25, c=25)
    ),
}
WORDS = {"c": "control", "t": "test", "t2": "test-2", "h": "holdout-42", "-": False}
PEOPLE = {
    "user_1": "c c t2 c h c control",
    "user_2": "c - t c c - control",
    "user_3": "t t t t t t c",
    "user_4": "c c t c h c a",
    "user_5": "c c c h h - a",
    "user_6": "c - t c h - a",
    "user_7": "c - c c c - control",
    "user_8": "t - t t t - b",
    "user_9": "t t c t h t c",
    "user_10": "c - t c c - control",
    "user_11": "c - t c c - control",
    "user_12": "t - t2 t t - c",
}
COLUMNS = ["F3", "F4", "F5", "F7", "F8", "F9", "F12"]


def values(name, people):
    flags = FlagSet([F[name]])
    key = F[name].key
    return [
        flags.evaluate(subject(one, properties={"email": "x@example.org"}))[key].value
        for one in people
    ]


def lines(found):
    return "\n".join(each if isinstance(each, str) else str(each).lower() for each in found)


def digest(found):
    return sha256(lines(found).encode()).hexdigest()


@in_one_test("distinct_id", PEOPLE)
def test_value__known_people__is_the_known_one(distinct_id):
    *short, whole = PEOPLE[distinct_id].split()
    expected = [*(WORDS[each] for each in short), whole]
    assert [values(name, [distinct_id])[0] for name in COLUMNS] == expected
    assert values("F5", [distinct_id]) == values("F6", [distinct_id])


def test_value__first_twelve_of_f1__are_the_known_ones():
    found = values("F1", [f"distinct_id_{number}" for number in range(12)])
    assert [int(each) for each in found] == [0, 1, 1, 0, 1, 0, 0, 1, 0, 1, 0, 1]


@in_one_test(
    ("name", "expected"),
    [
        ("F1", "81d767218c8de5725333daa4f61d327dc59cfa9e3e3537284615a1e9f19334f8"),
        ("F2", "69765239aec47272c38ff8f45b0d9476f5b49bdf69c6d4dacc4ce7ee4ac347d1"),
    ],
)
def test_value__thousand_people__have_the_known_digest(name, expected):
    assert digest(values(name, [f"distinct_id_{number}" for number in range(1000)])) == expected


@in_one_test(
    ("name", "counts", "expected"),
    [
        ("F1", {True: 4467, False: 5533}, "a7a2f8bafd18109b"),
        (
            "F2",
            {
                "first-variant": 2734,
                "second-variant": 1146,
                "third-variant": 1097,
                "fourth-variant": 256,
                "fifth-variant": 266,
                False: 4501,
            },
            "3413459722c3165a",
        ),
        ("F3", {"control": 4926, "test": 5074}, "4234b4933e43de0e"),
        ("F4", {"control": 1508, "test": 1516, False: 6976}, "cfab3bc6f86ddcbf"),
        ("F5", {"control": 3352, "test": 3307, "test-2": 3341}, "d7aca54c839e3b4c"),
        ("F6", {"control": 3415, "test": 3278, "test-2": 3307}, "24b5fa0ccff00421"),
        ("F7", {"control": 4409, "test": 4577, "holdout-42": 1014}, "1c167e760d30d469"),
        ("F8", {"control": 2920, "test": 3048, "holdout-42": 4032}, "6e2f9d73d0d58e5f"),
        ("F9", {"control": 1028, "test": 1049, False: 7923}, "0832bd8de3b89134"),
        ("F10", {"test": 10000}, "6112eb654605be9a"),
        ("F11", {False: 10000}, "e12c5ed152d99545"),
        ("F12", {"control": 2501, "a": 2425, "b": 2563, "c": 2511}, "eac48c508645edec"),
    ],
)
def test_value__ten_thousand_people__have_the_known_counts_and_digest(name, counts, expected):
    found = values(name, [f"user_{number}" for number in range(10_000)])
    assert {value: found.count(value) for value in counts} == counts
    assert digest(found)[:16] == expected


def test_value__override__wins_over_the_hash():
    asked = subject("user_2", properties={"email": "vip@example.com"})
    assert outcome(F["F9"], asked).value == "test"


@in_one_test(
    ("group_key", "expected"),
    [
        ("acme", "test"),
        ("globex", "test"),
        ("initech", False),
        ("umbrella", False),
        ("hooli", False),
        ("123", "control"),
    ],
)
def test_value__group_flag__is_the_known_one(group_key, expected):
    asked = flag("group-flag", everybody(50), filters=HALVES | {"aggregation_group_type_index": 0})
    assert outcome(asked, subject(group_keys={0: group_key})).value == expected


@in_one_test(
    ("device_id", "expected"),
    [
        ("0190a5b2-6f1e-7c3a-9d4e-2b1f0c8a7e65", ("test", "condition_match", 0)),
        ("device-1", (False, "out_of_rollout_bound", 0)),
        ("device-2", ("control", "condition_match", 0)),
        ("device-3", ("test", "condition_match", 0)),
        ("device-4", ("control", "condition_match", 0)),
        (None, (False, "out_of_rollout_bound", 0)),
        ("", (False, "out_of_rollout_bound", 0)),
    ],
)
def test_value__by_device__is_the_known_one(device_id, expected):
    asked = flag("new-checkout", everybody(60), filters=HALVES, bucketing_identifier="device_id")
    found = outcome(asked, subject(device_id=device_id))
    assert (found.value, str(found.reason), found.condition_index) == expected
