"""Conditions on cohorts of person properties."""

import pytest

from evaluation.engine.definitions import CohortDefinition
from tests.evaluation.engine.definitions import (
    flag,
    outcome,
    person,
    subject,
)


def in_cohort(cohort_id, operator="in"):
    wanted = {"key": "id", "type": "cohort", "value": cohort_id, "operator": operator}
    return flag("f", {"properties": [wanted]})


PRO = {"type": "OR", "values": [{"type": "AND", "values": [person("plan", "pro")]}]}
NOT_PRO = {"type": "AND", "values": [person("plan", "pro") | {"negation": True}]}


@pytest.mark.parametrize(
    ("definition", "properties", "expected"),
    [
        (in_cohort(1), {"plan": "pro"}, True),
        (in_cohort("1"), {"plan": "pro"}, True),
        (in_cohort(1), {}, False),
        (in_cohort(1, "not_in"), {}, True),
        (in_cohort(2), {"plan": "pro"}, False),
        (in_cohort(2), {"plan": "free"}, True),
        (in_cohort(3), {"plan": "pro"}, True),
        (in_cohort(4), {}, True),
        (in_cohort(5), {}, False),
        (in_cohort(5, "not_in"), {}, False),
    ],
)
def test_cohort__of_person_properties__is_evaluated(definition, properties, expected):
    nested = {"type": "cohort", "key": "id", "value": 1}
    cohorts = [
        CohortDefinition(1, properties=PRO),
        CohortDefinition(2, properties=NOT_PRO),
        CohortDefinition(3, properties={"type": "OR", "values": [nested, nested]}),
        CohortDefinition(4, is_static=True),
        CohortDefinition(5, properties={"type": "OR", "values": [nested | {"value": 5}]}),
    ]
    asked = subject(properties=properties, static_cohort_ids={4})
    assert outcome(definition, asked, cohorts=cohorts).value is expected


YES, NO = person("plan", "pro"), person("plan", "free")
# Compared with what is no number, a condition is not met.
UNKNOWN = person("plan", "5", "gt")


@pytest.mark.parametrize(
    ("kind", "parts", "expected"),
    [
        ("AND", [NO, UNKNOWN], False),
        ("AND", [YES, UNKNOWN], False),
        ("OR", [YES, UNKNOWN], True),
        ("OR", [NO, UNKNOWN], False),
        ("AND", [UNKNOWN | {"negation": True}, YES], True),
    ],
)
@pytest.mark.parametrize("order", [1, -1], ids=["as_written", "reversed"])
def test_cohort__part_without_an_answer__is_not_met(kind, parts, expected, order):
    cohorts = [CohortDefinition(1, properties={"type": kind, "values": parts[::order]})]
    asked = {"properties": {"plan": "pro"}}
    answers = [
        outcome(in_cohort(1, operator), subject(**asked), cohorts=cohorts).value
        for operator in ("in", "not_in")
    ]
    assert answers == [expected, not expected]
