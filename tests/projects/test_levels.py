import pytest

from tenants.levels import (
    ACTIVITY_LOG,
    EXPERIMENT,
    FEATURE_FLAG,
    HOLDOUT,
    PROJECT,
    SAVED_METRIC,
    AccessRules,
    Hidden,
    Rule,
    scale_of,
)


def mine(level, *, of=EXPERIMENT, about="7"):
    return Rule(of, about, level, is_personal=True)


def everybodys(level, *, of=EXPERIMENT, about="7"):
    return Rule(of, about, level, is_personal=False)


def book(*rules):
    return AccessRules(rules)


@pytest.mark.parametrize(
    ("rules", "level"),
    [
        pytest.param([], "editor", id="no rule"),
        pytest.param([mine("viewer")], "viewer", id="own rule"),
        pytest.param([everybodys("viewer")], "viewer", id="rule for everybody"),
        pytest.param([mine("viewer"), mine("manager")], "manager", id="highest of own rules"),
        pytest.param([mine("manager"), mine("none")], "manager", id="highest in any order"),
        pytest.param([everybodys("manager"), mine("none")], "none", id="own before everybody's"),
        pytest.param([mine("viewer", about=None)], "viewer", id="rule for the kind"),
        pytest.param([everybodys("viewer", about=None)], "viewer", id="everybody's for the kind"),
        pytest.param(
            [mine("viewer", about=None), everybodys("manager", about=None)],
            "manager",
            id="highest for the kind, whoever it is for",
        ),
        pytest.param(
            [mine("none", about=None), mine("editor")],
            "editor",
            id="own for the object before kind",
        ),
        pytest.param(
            [mine("manager", about=None), mine("viewer")],
            "viewer",
            id="the object's, also when lower",
        ),
        pytest.param(
            [mine("none", about=None), everybodys("manager")],
            "none",
            id="kind before everybody's for the object",
        ),
        pytest.param(
            [everybodys("viewer", about=None), everybodys("none")],
            "viewer",
            id="everybody's for the kind before everybody's for the object",
        ),
        pytest.param([mine("none", about="8")], "editor", id="rule for another object"),
        pytest.param([mine("none", of=FEATURE_FLAG)], "editor", id="rule for another kind"),
        pytest.param([mine("none", of=PROJECT)], "editor", id="rule for the project"),
    ],
)
def test_level_of_object__rules__the_one_that_counts(rules, level):
    assert book(*rules).level_of_object(EXPERIMENT, "7") == level
    assert book(*reversed(rules)).level_of_object(EXPERIMENT, "7") == level


@pytest.mark.parametrize(
    ("rules", "level"),
    [
        pytest.param([], "editor", id="no rule"),
        pytest.param([mine("viewer", about=None)], "viewer", id="own rule"),
        pytest.param([mine("none"), everybodys("none")], "editor", id="rules for objects"),
        pytest.param(
            [everybodys("none", about=None), mine("viewer", about=None)], "viewer", id="the highest"
        ),
    ],
)
def test_level_of_kind__rules__the_highest_for_the_kind(rules, level):
    assert book(*rules).level_of_kind(EXPERIMENT) == level


@pytest.mark.parametrize("kind", [SAVED_METRIC, HOLDOUT])
def test_level_of_kind__saved_metrics_and_holdouts__as_experiments(kind):
    rules = book(mine("viewer", about=None))

    assert rules.level_of_kind(kind) == rules.level_of_object(kind, "7") == "viewer"


def test_level_of_object__saved_metric__not_by_the_rules_of_an_experiment():
    assert book(mine("none")).level_of_object(SAVED_METRIC, "7") == "editor"


@pytest.mark.parametrize(
    ("rules", "level"),
    [
        pytest.param([], "admin", id="no rule"),
        pytest.param([everybodys("none", of=PROJECT)], "none", id="closed"),
        pytest.param(
            [everybodys("none", of=PROJECT), mine("member", of=PROJECT)], "member", id="let in"
        ),
        pytest.param([mine("none", about=None)], "admin", id="rule for experiments"),
    ],
)
def test_level_of_object__project__by_its_own_ladder(rules, level):
    assert book(*rules).level_of_object(PROJECT, "7") == level


def test_told_of_object__no_rule__nothing():
    assert book().told_of_object(PROJECT, "7") is None
    assert book(mine("admin", of=PROJECT)).told_of_object(PROJECT, "7") == "admin"


@pytest.mark.parametrize(
    ("rules", "hidden"),
    [
        pytest.param([], Hidden(frozenset()), id="no rule"),
        pytest.param([mine("none"), mine("none", about="8")], Hidden(frozenset("78")), id="denied"),
        pytest.param([everybodys("none")], Hidden(frozenset("7")), id="denied to everybody"),
        pytest.param(
            [everybodys("none"), mine("viewer")], Hidden(frozenset()), id="let in by name"
        ),
        pytest.param(
            [
                mine("none", about=None),
                mine("viewer"),
                mine("none", about="8"),
                everybodys("editor"),
            ],
            Hidden(frozenset("7"), is_all_but=True),
            id="all but those let in by name",
        ),
        pytest.param(
            [mine("viewer", about=None), everybodys("none"), mine("none", about="8")],
            Hidden(frozenset("8")),
            id="the kind's rule before everybody's for the object",
        ),
        pytest.param([mine("none", of=FEATURE_FLAG)], Hidden(frozenset()), id="another kind"),
    ],
)
def test_hidden__rules__objects_with_the_level_none(rules, hidden):
    assert book(*rules).hidden(EXPERIMENT) == hidden


@pytest.mark.parametrize(
    ("kind", "levels", "default"),
    [
        (EXPERIMENT, ("none", "viewer", "editor", "manager"), "editor"),
        (FEATURE_FLAG, ("none", "viewer", "editor", "manager"), "editor"),
        (PROJECT, ("none", "member", "admin"), "admin"),
        (ACTIVITY_LOG, ("none", "viewer"), "viewer"),
    ],
)
def test_ladder_of__kind__the_wires(kind, levels, default):
    scale = scale_of(kind)

    assert (scale.levels, scale.default, scale.highest) == (levels, default, levels[-1])


def test_reaches__level__itself_and_those_below():
    scale = scale_of(EXPERIMENT)

    assert [level for level in scale.levels if scale.reaches("viewer", level)] == [
        "none",
        "viewer",
    ]
