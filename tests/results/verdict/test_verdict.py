from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from results.statistics import Correction, SampleRatio, StatsConfig
from results.verdict import Decision, Goal, Plan, Status, Verdict, reach_verdict
from tests.results.verdict.cases import (
    ABSOLUTE,
    BAYESIAN,
    BETTER,
    FIXED,
    LIKELY,
    PLAN,
    SAME,
    SEQUENTIAL,
    WORSE,
    facts,
    metric,
)

KEEP, SHIP, STOP, DISTRUST = (
    Decision.KEEP_RUNNING,
    Decision.SHIP,
    Decision.STOP,
    Decision.DO_NOT_TRUST,
)
BROKEN_SPLIT = SampleRatio({"control": 10_000, "test": 10_000}, 1e-9)
EARLY = {"days": 8, "exposures": {"control": 5_000, "test": 5_000}}


def codes(verdict):
    return [reason.code for reason in verdict.reasons]


def texts(verdict):
    return " ".join(reason.text for reason in verdict.reasons)


def test_verdict__draft__none():
    assert reach_verdict(facts(metric(), status=Status.DRAFT)) is None


def test_verdict__split_is_off__comes_before_a_winner():
    counted = {"control": 12_000, "test": 8_000}
    found = reach_verdict(facts(metric(conversions=BETTER), split=BROKEN_SPLIT, exposures=counted))

    assert (found.decision, found.headline) == (DISTRUST, "Do not decide: the split is off")
    assert codes(found)[:2] == ["sample-ratio-mismatch", "usual-causes"]
    assert "expected 10 000 : 10 000 people, counted 12 000 : 8 000 (p < 0.001)" in texts(found)


def test_verdict__nobody_exposed__keep_running():
    found = reach_verdict(facts(metric(people=0, conversions=0, baseline=0), exposures={}))

    assert (found.decision, found.headline) == (KEEP, "Nobody is exposed")


@pytest.mark.parametrize("config", [BAYESIAN, FIXED, SEQUENTIAL], ids=["bayes", "fixed", "open"])
def test_verdict__metric_without_statistics__collecting_data(config):
    rare = metric("Refund", conversions=2, baseline=3, config=config)
    found = reach_verdict(
        facts(metric(conversions=BETTER, config=config), rare, config=config, **EARLY)
    )

    assert (found.decision, found.headline) == (KEEP, "Collecting data")
    assert codes(found)[0] == "not-enough-metric-data"
    assert found.reasons[0].metric == "refund"


def test_verdict__no_primary_metric__says_so():
    found = reach_verdict(facts())

    assert (found.decision, found.headline) == (KEEP, "There is no primary metric")


@pytest.mark.parametrize(
    ("changes", "headline"),
    [
        (EARLY, "Keep it running: 6 of 14 days are left"),
        ({**EARLY, "days": 13}, "Keep it running: 1 of 14 days is left"),
        ({**EARLY, "days": 20}, "Keep it running: about 20 days more"),
        ({"days": 3, "plan": Plan()}, "Keep it running: 4 of 7 days are left"),
        ({"days": 3, "plan": Plan(people=10)}, "Keep it running: 4 of 7 days are left"),
        ({"days": 30, "plan": Plan()}, "Enter a plan to know when to stop"),
        ({"days": 10, "plan": Plan(days=20)}, "Keep it running: 10 of 20 days are left"),
    ],
)
@pytest.mark.parametrize("config", [BAYESIAN, FIXED], ids=["bayesian", "fixed"])
def test_verdict__before_the_plan__keep_running_whatever_shows(config, changes, headline):
    for conversions in (BETTER, WORSE, SAME):
        case = facts(metric(conversions=conversions, config=config), config=config, **changes)

        found = reach_verdict(case)

        assert (found.decision, found.headline, found.variant) == (KEEP, headline, None)
        assert "fixed-horizon" in codes(found)


def test_verdict__before_the_plan__says_where_it_stands_and_harm_first():
    found = reach_verdict(
        facts(metric(conversions=BETTER), metric("Sign-up", conversions=WORSE), **EARLY)
    )

    assert codes(found)[:2] == ["worse", "better"]
    assert found.reasons[0].text.startswith("test is behind on Sign-up (\u221215.0 %, between ")
    assert "test is ahead on Purchase (+15.0 %, between +5.8 % and +24.2 %)." in texts(found)
    assert "10 000 of the 20 000 planned people have come, so that a change of 8 %" in texts(found)
    assert found.comparisons == 2


def test_verdict__before_the_plan__says_how_many_people_the_effect_takes():
    found = reach_verdict(facts(metric(people=5_000, conversions=500, baseline=500), **EARLY))
    hopeless = reach_verdict(facts(metric(), **EARLY | {"plan": replace(PLAN, effect=1e-9)}))

    # 15.7 * 0.09 / (0.1 * 0.08) ** 2 in each of two variants.
    assert "As the data vary so far, 8 % takes about 44 000 people." in texts(found)
    assert "people-needed" not in codes(hopeless)


@pytest.mark.parametrize("config", [BAYESIAN, FIXED, SEQUENTIAL], ids=["bayes", "fixed", "open"])
@pytest.mark.parametrize(
    ("conversions", "goal", "decision", "headline"),
    [
        (1_250, Goal.INCREASE, SHIP, "Ready: test is better on Purchase"),
        (750, Goal.DECREASE, SHIP, "Ready: test is better on Purchase"),
        (750, Goal.INCREASE, STOP, "test harms Purchase"),
        (1_250, Goal.DECREASE, STOP, "test harms Purchase"),
        (SAME, Goal.INCREASE, STOP, "No difference of 8 % or more found"),
    ],
)
def test_verdict__at_the_planned_sample__by_the_goal(config, conversions, goal, decision, headline):
    case = facts(metric(conversions=conversions, goal=goal, config=config), config=config)

    found = reach_verdict(case)

    assert (found.decision, found.headline) == (decision, headline)
    assert found.variant == ("test" if decision is SHIP else None)


def test_verdict__sequential__decides_before_the_plan():
    early = {**EARLY, "days": 2, "plan": Plan(), "config": SEQUENTIAL}
    ready = reach_verdict(facts(metric(conversions=1_250, config=SEQUENTIAL), **early))
    harmful = reach_verdict(facts(metric(conversions=750, config=SEQUENTIAL), **early))
    unclear = reach_verdict(facts(metric(config=SEQUENTIAL), **early))

    assert (ready.decision, harmful.decision, unclear.decision) == (SHIP, STOP, KEEP)
    assert unclear.headline == "Keep it running: no clear difference yet"
    assert "sequential" in codes(unclear)


def test_verdict__sequential_interval_within_the_planned_effect__stops_early():
    plan = Plan(people=10**6, effect=0.2)
    found = reach_verdict(facts(metric(config=SEQUENTIAL), config=SEQUENTIAL, plan=plan))

    assert found.decision is STOP


def test_verdict__several_variants__ships_the_best_and_names_the_harmful():
    several = metric(conversions={"a": 1_150, "b": 1_200, "c": WORSE})
    found = reach_verdict(facts(several, exposures=dict.fromkeys(["control", *"abc"], 10_000)))

    assert (found.decision, found.variant, found.comparisons) == (SHIP, "b", 3)
    assert {"chance-to-be-best", "expected-loss", "many-comparisons"} <= set(codes(found))
    assert "3 comparisons; each reading stands for itself." in texts(found)
    assert "Shipping b loses 0.3 % on average against" in texts(found)


def test_verdict__certain_winner__costs_less_than_can_be_shown():
    found = reach_verdict(facts(metric(conversions=1_400)))

    assert "Shipping test loses less than 0.1 % on average against" in texts(found)


def test_verdict__people_held_out__are_never_shipped_and_never_harmed():
    for conversions in (BETTER, WORSE):
        held = metric(conversions={"test": SAME, "holdout-7": conversions})
        found = reach_verdict(facts(held, exposures=dict.fromkeys(["control", "test"], 10_000)))

        assert (found.decision, found.comparisons) == (STOP, 1)
        assert "holdout" not in texts(found)


def test_verdict__metric_that_failed__collecting_data():
    failed = replace(metric("Broken"), comparisons={}, failures={})
    found = reach_verdict(facts(metric(conversions=BETTER), failed, **EARLY))

    assert (found.headline, found.reasons[0].code) == ("Collecting data", "not-computable")


def test_verdict__better_here_and_worse_there__stop():
    found = reach_verdict(facts(metric(conversions=BETTER), metric("Sign-up", conversions=WORSE)))

    assert (found.decision, found.headline) == (STOP, "test harms Sign-up")
    assert codes(found)[:2] == ["harm", "better"]


@pytest.mark.parametrize(
    ("conversions", "decision", "code"),
    [
        (SAME, SHIP, "guardrail-held"),
        (960, KEEP, "guardrail-open"),
        (700, STOP, "harm"),
    ],
)
def test_verdict__winner_with_a_guardrail__ships_when_it_holds(conversions, decision, code):
    guard = metric("Stay", conversions=conversions, margin=0.1)
    found = reach_verdict(facts(metric(conversions=1_250), secondary=[guard]))

    assert (found.decision, codes(found).count(code)) == (decision, 1)


def test_verdict__worse_within_its_margin__is_no_harm():
    tolerated = metric("Load time", conversions=1_150, goal=Goal.DECREASE, margin=0.3)
    found = reach_verdict(facts(metric(conversions=1_250), tolerated))

    assert found.decision is SHIP


def test_verdict__corrected__a_weak_winner_is_not_shipped():
    config = StatsConfig(correction=Correction.HOLM)
    weak = metric(conversions=LIKELY + 10, config=config)
    others = [metric(f"Other {number}", config=config) for number in range(9)]

    assert reach_verdict(facts(weak, *others)).decision is SHIP
    assert reach_verdict(facts(weak, *others, config=config)).decision is STOP


@pytest.mark.parametrize(
    ("conversions", "decision"), [(BETTER, SHIP), (WORSE, STOP), (SAME, STOP), (2, STOP)]
)
def test_verdict__stopped__never_keep_running(conversions, decision):
    early = {**EARLY, "status": Status.STOPPED, "multiple": 600}
    found = reach_verdict(facts(metric(conversions=conversions), **early))

    assert found.decision is decision
    assert {"stopped-early", "multiple-variants"} <= set(codes(found))


def test_verdict__paused_and_biased__notes():
    found = reach_verdict(facts(metric(), status=Status.PAUSED, bias_percentage=2.04))

    assert {"paused", "bias-risk"} <= set(codes(found))
    assert "2.0 % of the people" in texts(found)


def test_verdict__absolute_differences__in_the_unit_of_the_metric():
    found = reach_verdict(facts(metric(config=ABSOLUTE), config=ABSOLUTE))

    assert found.headline == "No difference of 0.0119 or more found"


def test_verdict__huge_change__as_a_factor():
    found = reach_verdict(facts(metric(conversions=6_000, baseline=100)))

    assert "(\u00d760.0, between \u00d7" in texts(found)


counts = st.integers(0, 10_000)
configs = [BAYESIAN, FIXED, SEQUENTIAL, ABSOLUTE, StatsConfig(level=0), StatsConfig(level=1)]
plans = st.builds(
    Plan, st.none() | counts, st.none() | st.integers(0, 99), st.none() | st.floats(0, 9)
)


@st.composite
def any_facts(draw):
    config, goal = draw(st.sampled_from(configs)), draw(st.sampled_from(Goal))
    conversions = st.dictionaries(st.sampled_from("abc"), counts, max_size=3)
    made = {"config": config, "goal": goal, "margin": draw(st.none() | st.floats(0, 1))}
    metrics = [
        metric(str(index), draw(conversions), baseline=draw(counts), **made)
        for index in range(draw(st.integers(0, 3)))
    ]
    status = draw(st.sampled_from(list(Status)[1:]))
    days = draw(st.integers(0, 100))
    exposures = draw(st.dictionaries(st.sampled_from(["control", *"abc"]), counts))
    return facts(
        *metrics, config=config, status=status, plan=draw(plans), days=days, exposures=exposures
    )


@given(any_facts())
@settings(max_examples=200, deadline=None)
def test_verdict__any_facts__one_of_four_with_sentences(case):
    found = reach_verdict(case)

    assert isinstance(found, Verdict)
    assert found.decision in Decision
    assert (found.decision is SHIP) == (found.variant is not None)
    assert all(reason.text.endswith(".") for reason in found.reasons)
    assert not (case.status is Status.STOPPED and found.decision is KEEP)


def test_verdict__planned_effect__is_the_one_of_the_plan():
    found = reach_verdict(facts(metric(), plan=replace(PLAN, effect=0.125)))

    assert found.headline == "No difference of 12.5 % or more found"
