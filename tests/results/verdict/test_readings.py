import pytest

from results.statistics import Comparison, Correction, StatsConfig
from results.verdict import Goal, Metric, Word, read_metric, read_metrics, wording
from tests.results.verdict.cases import BETTER, FIXED, LIKELY, SAME, WORSE, facts, metric

UP, DOWN = Goal.INCREASE, Goal.DECREASE


@pytest.mark.parametrize(
    ("conversions", "goal", "word"),
    [
        (BETTER, UP, Word.BETTER),
        (BETTER, DOWN, Word.WORSE),
        (WORSE, UP, Word.WORSE),
        (WORSE, DOWN, Word.BETTER),
        (LIKELY, UP, Word.LIKELY_BETTER),
        (LIKELY, DOWN, Word.LIKELY_WORSE),
        (SAME + 10, UP, Word.NO_CLEAR_DIFFERENCE),
        (SAME + 10, DOWN, Word.NO_CLEAR_DIFFERENCE),
    ],
)
def test_reading__bayesian__by_the_goal(conversions, goal, word):
    assert read_metric(metric(conversions=conversions, goal=goal), "test").word is word


def test_facts__people_held_out__do_not_count_towards_the_plan():
    found = facts(exposures={"control": 600, "test": 500, "holdout-7": 9_000})

    assert found.people == 1_100


def test_reading__frequentist__never_likely():
    found = read_metric(metric(conversions=LIKELY, config=FIXED), "test")

    assert found.word is Word.NO_CLEAR_DIFFERENCE


def test_reading__no_statistics__says_whether_data_are_missing():
    nothing = {"a": Comparison(reason="x"), "b": Comparison(reason="x")}
    own = Metric("m", "M", nothing, failures={"a": ["not-enough-exposures"], "b": []})
    of_baseline = Metric("m", "M", nothing, failures={"control": ["baseline-mean-is-zero"]})

    assert read_metric(own, "a").word is Word.NOT_ENOUGH_DATA
    assert read_metric(own, "b").word is Word.NOT_COMPUTABLE
    assert read_metric(of_baseline, "b").word is Word.NOT_ENOUGH_DATA
    assert read_metric(own, "c").word is Word.NOT_COMPUTABLE


@pytest.mark.parametrize(
    ("correction", "word"),
    [(Correction.NONE, Word.BETTER), (Correction.HOLM, Word.LIKELY_BETTER)],
)
def test_readings__many_comparisons__clear_ones_must_outlast_the_correction(correction, word):
    clear = metric(conversions=LIKELY + 10)
    others = [metric(f"Other {number}") for number in range(9)]

    found = read_metrics([clear, *others], ["test"], StatsConfig(correction=correction))

    assert found[0].word is word
    assert {reading.word for reading in found[1:]} == {Word.NO_CLEAR_DIFFERENCE}


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0.0834, "+8.3 %"),
        (-0.5, "\u221250.0 %"),
        (9.99, "+999.0 %"),
        (10.4, "\u00d711.4"),
        (1e300, "\u00d71.0e+300"),
        (-1e20, "\u22121.0e+22 %"),
    ],
)
def test_change__relative__with_sign_or_as_a_factor(number, said):
    assert wording.change(number, StatsConfig()) == said
