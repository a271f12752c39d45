import pytest

from approvals.conditions import matches

FIELD = "rollout_percentage"


def _values(*values):
    return {
        FIELD: [{"path": f"groups[{index}]", "value": each} for index, each in enumerate(values)]
    }


def _rule(kind, operator=None, value=None):
    return {"type": kind, "field": FIELD, "operator": operator, "value": value}


@pytest.mark.parametrize(
    ("operator", "bound", "after", "expected"),
    [
        (">", 50, 80, True),
        (">", 50, 50, False),
        (">", 50, 30, False),
        (">=", 50, 50, True),
        ("<", 50, 30, True),
        ("<", 50, 50, False),
        ("<=", 50, 50, True),
        ("<=", 50, 80, False),
        ("==", 50, 50, True),
        ("==", 50, 80, False),
        ("!=", 50, 80, True),
        ("!=", 50, 50, False),
    ],
)
def test_matches__before_after__compares_what_comes(operator, bound, after, expected):
    rule = _rule("before_after", operator, bound)

    assert matches(rule, before=_values(0), after=_values(after)) is expected


@pytest.mark.parametrize(
    ("operator", "bound", "before", "after", "expected"),
    [
        (">", 10, 50, 80, True),
        (">", 10, 50, 55, False),
        (">=", 10, 50, 60, True),
        ("<", 10, 50, 55, True),
        (">", 10, 80, 50, False),
        ("<", -10, 80, 50, True),
        ("==", 0, 50, 50, True),
        ("!=", 0, 50, 50, False),
    ],
)
def test_matches__change_amount__compares_the_signed_difference(
    operator, bound, before, after, expected
):
    rule = _rule("change_amount", operator, bound)

    assert matches(rule, before=_values(before), after=_values(after)) is expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (_values(50), _values(50), False),
        (_values(50), _values(51), True),
        (_values(50), _values(50, 10), True),
        (_values(50, 10), _values(50), True),
        (_values(None), _values(50), True),
        ({FIELD: []}, {FIELD: []}, False),
    ],
)
def test_matches__any_change__counts_added_and_removed_paths(before, after, expected):
    assert matches(_rule("any_change"), before=before, after=after) is expected


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(_values(10, 90), _values(10), id="removed"),
        pytest.param(_values(10), _values(None), id="null_after"),
    ],
)
def test_matches__change_amount_to_nothing__ignored(before, after):
    assert matches(_rule("change_amount", ">", 0), before=before, after=after) is False


@pytest.mark.parametrize("before", [_values(10), _values(10, None)], ids=["absent", "null"])
def test_matches__change_amount_of_what_is_new__grows_from_0(before):
    after = _values(10, 90)

    assert matches(_rule("change_amount", ">", 89), before=before, after=after) is True
    assert matches(_rule("change_amount", ">", 90), before=before, after=after) is False


def test_matches__change_amount_of_a_new_flag__ignored():
    before, after = {FIELD: []}, _values(100)

    assert matches(_rule("change_amount", ">", 0), before=before, after=after, is_new=True) is False
    assert matches(_rule("change_amount", None, 0), before=before, after=after, is_new=True) is True
    assert matches(_rule("before_after", ">", 0), before=before, after=after, is_new=True) is True


def test_matches__before_after_of_null__ignored():
    assert matches(_rule("before_after", "!=", 5), before=_values(5), after=_values(None)) is False


def test_matches__several_paths__one_is_enough():
    rule = _rule("before_after", ">", 50)

    assert matches(rule, before=_values(0, 0), after=_values(10, 90)) is True


@pytest.mark.parametrize(
    "conditions",
    [
        pytest.param({}, id="empty"),
        pytest.param(_rule("at_full_moon", ">", 50), id="unknown_type"),
        pytest.param(_rule(None, ">", 50), id="null_type"),
        pytest.param(_rule(["before_after"], ">", 50), id="list_as_type"),
        pytest.param(_rule("before_after", "=>", 50), id="unknown_operator"),
        pytest.param(_rule("before_after", {}, 50), id="object_as_operator"),
        pytest.param(_rule("before_after", ">"), id="no_value"),
        pytest.param(_rule("change_amount", None, 50), id="no_operator"),
        pytest.param(_rule("change_amount", "<=>", 50), id="unknown_operator_of_change"),
        pytest.param({"type": "any_change"}, id="no_field"),
        pytest.param({"type": "any_change", "field": []}, id="list_as_field"),
        pytest.param({"type": "any_change", "field": "elsewhere"}, id="unknown_field"),
        pytest.param(["before_after"], id="list"),
        pytest.param("before_after", id="text"),
        pytest.param(None, id="null"),
    ],
)
def test_matches__conditions_that_say_nothing__gate_everything(conditions):
    assert matches(conditions, before=_values(1), after=_values(2)) is True


@pytest.mark.parametrize("kind", ["before_after", "change_amount"])
@pytest.mark.parametrize("bound", ["50", [50], {"value": 50}, ""], ids=repr)
def test_matches__unreadable_value__gates_everything(kind, bound):
    assert matches(_rule(kind, ">", bound), before=_values(1), after=_values(2)) is True


@pytest.mark.parametrize("operator", ["==", "!=", ">"])
def test_matches__nothing_to_subtract__path_does_not_match(operator):
    rule = _rule("change_amount", operator, 5)

    assert matches(rule, before=_values("a"), after=_values("b")) is False


def test_matches__single_value__compared_as_one_path():
    rule = {"type": "change_amount", "field": "exclusion_percentage", "operator": ">", "value": 5}

    before, after = {"exclusion_percentage": 10}, {"exclusion_percentage": 20}
    assert matches(rule, before=before, after=after) is True
    assert matches(rule, before=before, after={"deleted": True}) is False
