"""Flags that depend on other flags."""

import pytest

from evaluation.engine.flag_set import FlagSet
from tests.evaluation.engine.definitions import (
    LAYOUT,
    MATCH,
    NO_MATCH,
    SEARCH,
    everybody,
    flag,
    outcome,
    plan,
    subject,
    summary,
)


def depending(value, key="1"):
    wanted = {"key": key, "type": "flag", "operator": "flag_evaluates_to", "value": value}
    return flag("dependent", {"properties": [wanted], "rollout_percentage": 100}, flag_id=2)


@pytest.mark.parametrize(("name", "expected"), [("enterprise", True), ("free", False)])
def test_dependency__on_an_enabled_flag__is_met_when_it_is(name, expected):
    found = outcome(depending(True), plan("user", name), SEARCH)
    assert summary(found) == (expected, MATCH if expected else NO_MATCH, 0)
    assert outcome(depending(False), plan("user", name), SEARCH).value is not expected


@pytest.mark.parametrize(("distinct_id", "expected"), [("user-61", True), ("user-17", False)])
def test_dependency__on_a_variant__is_met_by_that_one_only(distinct_id, expected):
    found = outcome(depending("compact"), plan(distinct_id, "free"), LAYOUT)
    assert summary(found) == (expected, MATCH if expected else NO_MATCH, 0)


def test_dependency__on_a_flag_that_does_not_exist__is_missing():
    found = outcome(depending(True, key="99"), subject())
    assert summary(found) == (False, "missing_dependency", None)
    assert not found.has_failed


def test_dependency__on_an_inactive_flag__counts_as_false():
    inactive = flag("off", everybody(), active=False)
    assert outcome(depending(True), subject(), inactive).value is False
    assert outcome(depending(False), subject(), inactive).value is True


def test_dependency__on_a_deleted_flag__counts_as_false():
    deleted = flag("gone", everybody(), deleted=True)
    assert outcome(depending(False), subject(), deleted).value is True


def test_dependency__in_a_circle__is_missing():
    wanted = {"key": "2", "type": "flag", "operator": "flag_evaluates_to", "value": True}
    first = flag("first", {"properties": [wanted]})
    found = FlagSet([first, depending(True)]).evaluate(subject())
    assert [str(each.reason) for each in found.values()] == ["missing_dependency"] * 2


def test_keys__with_dependencies__are_the_only_ones_returned():
    flags = FlagSet([depending(True), flag("needed", everybody()), flag("x", flag_id=3)])
    found = flags.evaluate(subject(), keys=["dependent", "unknown"])
    assert {key: each.value for key, each in found.items()} == {"dependent": True}
