import pytest

from experiments.running_time import BaselineStats, NoEstimate, Plan, estimate, factor

RATIO_STATS = BaselineStats(
    number_of_samples=10_000,
    sum=500_000,
    sum_squares=30_000_000,
    denominator_sum=50_000,
    denominator_sum_squares=300_000,
    numerator_denominator_sum_product=2_600_000,
)
COUNT = Plan("mean_count", 5, baseline_value=4)
RATIO = Plan("ratio", 10, baseline_stats=RATIO_STATS)


def changed(original, **values):
    return type(original)(**vars(original) | values)


@pytest.mark.parametrize(
    ("plan", "baseline", "variance", "people"),
    [
        (COUNT, 4, 8, 6400),
        (Plan("mean_sum_or_avg", 5, baseline_value=50), 50, 625, 3200),
        (Plan("funnel", 50, baseline_value=0.1), 0.1, None, 1152),
        (
            Plan("funnel", 50, baseline_stats=BaselineStats(1000, step_counts=[1000, 100])),
            0.1,
            None,
            1152,
        ),
        (RATIO, 10, 32, 1024),
    ],
    ids=["count", "sum", "funnel", "funnel steps", "ratio"],
)
def test_estimate__golden_numbers__come_out(plan, baseline, variance, people):
    found = estimate(plan)

    assert (found.baseline_value, found.variance) == (baseline, variance)
    assert found.recommended_sample_size == people
    assert found.recommended_running_time_days is None


@pytest.mark.parametrize(
    ("rate", "days"), [(100, 64), (99, 65), (6400, 1), (1e9, 1), (0.5, 12800), (0, None)]
)
def test_estimate__exposure_rate__days_rounded_up(rate, days):
    found = estimate(changed(COUNT, exposure_rate_per_day=rate))

    assert found.recommended_running_time_days == days


@pytest.mark.parametrize(("variants", "people"), [(2, 6400), (3, 9600), (5, 16000), (20, 64000)])
def test_estimate__more_variants__as_many_people_in_each(variants, people):
    found = estimate(changed(COUNT, number_of_variants=variants))

    assert found.recommended_sample_size == people


@pytest.mark.parametrize(
    ("plan", "people"),
    [
        (changed(COUNT, minimum_detectable_effect=10), 1600),
        (changed(COUNT, minimum_detectable_effect=7), 3266),
        (changed(COUNT, variance=4), 3200),
        (changed(COUNT, baseline_value=8), 3200),
        (changed(COUNT, baseline_value=None, baseline_stats=BaselineStats(10, sum=40)), 6400),
        (Plan("funnel", 50, baseline_stats=BaselineStats(1000, sum=100)), 1152),
        (Plan("ratio", 10, baseline_value=10, variance=32), 1024),
        (Plan("retention", 10, baseline_value=10, variance=32), 1024),
        (Plan("ratio", 10, baseline_value=-10, variance=32), 1024),
        (changed(RATIO, baseline_value=20), 256),
    ],
    ids=[
        "twice the effect",
        "rounded up",
        "half the variance",
        "twice the baseline",
        "count from sums",
        "funnel from sums",
        "ratio of known variance",
        "retention",
        "negative ratio",
        "baseline beside the sums",
    ],
)
def test_estimate__other_numbers__follow_the_formula(plan, people):
    assert estimate(plan).recommended_sample_size == people


def test_estimate__numbers_without_binary_form__no_one_added():
    plans = [Plan("funnel", 50, baseline_value=0.1, number_of_variants=n) for n in range(2, 21)]

    assert [estimate(plan).recommended_sample_size for plan in plans] == [
        576 * n for n in range(2, 21)
    ]


def test_factor__default_levels__exactly_sixteen():
    assert factor(alpha=0.05, power=0.8) == 16


@pytest.mark.parametrize(
    ("alpha", "power", "exact"),
    # 2 * (z(1 - alpha / 2) + z(power)) ** 2, as tables of the normal distribution have it.
    [(0.05, 0.9, 21.0148), (0.01, 0.8, 23.3580), (0.1, 0.8, 12.3651), (0.01, 0.9, 29.7587)],
)
def test_factor__other_levels__scaled_like_the_exact_one(alpha, power, exact):
    found = float(factor(alpha=alpha, power=power))

    assert found == pytest.approx(exact * 16 / 15.6978, rel=1e-4)


@pytest.mark.parametrize(("alpha", "power"), [(0.000001, 0.999999), (0.5, 0.5)])
def test_factor__widest_levels__a_number(alpha, power):
    assert factor(alpha=alpha, power=power) > 0


@pytest.mark.parametrize(
    ("plan", "field"),
    [
        (changed(COUNT, minimum_detectable_effect=0), "minimum_detectable_effect"),
        (changed(COUNT, minimum_detectable_effect=1e-300), "minimum_detectable_effect"),
        (changed(COUNT, exposure_rate_per_day=1e-300), "exposure_rate_per_day"),
        (changed(COUNT, baseline_value=None), "baseline_value"),
        (changed(COUNT, baseline_value=0), "baseline_value"),
        (changed(COUNT, baseline_value=-1), "baseline_value"),
        (Plan("mean_sum_or_avg", 5, baseline_value=1e200), "baseline_value"),
        (Plan("funnel", 5, baseline_value=0), "baseline_value"),
        (Plan("funnel", 5, baseline_value=1), "baseline_value"),
        (Plan("funnel", 5, baseline_value=50), "baseline_value"),
        (Plan("ratio", 5, baseline_value=0, variance=1), "baseline_value"),
        (Plan("ratio", 5, baseline_value=10), "variance"),
        (Plan("ratio", 5, baseline_value=10, variance=0), "variance"),
        (changed(COUNT, variance=-8), "variance"),
    ],
)
def test_estimate__nonsense__field_named(plan, field):
    with pytest.raises(NoEstimate) as refusal:
        estimate(plan)

    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("kind", "stats", "field"),
    [
        ("mean_count", BaselineStats(0, sum=1), "baseline_stats__number_of_samples"),
        ("mean_count", BaselineStats(10), "baseline_stats__sum"),
        ("mean_count", BaselineStats(10, sum=0), "baseline_stats"),
        ("funnel", BaselineStats(10, step_counts=[10, 11]), "baseline_stats"),
        ("funnel", BaselineStats(10), "baseline_stats__sum"),
        ("ratio", changed(RATIO_STATS, sum_squares=None), "baseline_stats__sum_squares"),
        ("ratio", changed(RATIO_STATS, denominator_sum=None), "baseline_stats__denominator_sum"),
        ("ratio", changed(RATIO_STATS, denominator_sum=0), "baseline_stats__denominator_sum"),
        (
            "ratio",
            changed(RATIO_STATS, denominator_sum_squares=None),
            "baseline_stats__denominator_sum_squares",
        ),
        (
            "ratio",
            changed(RATIO_STATS, numerator_denominator_sum_product=None),
            "baseline_stats__numerator_denominator_sum_product",
        ),
        ("ratio", changed(RATIO_STATS, sum_squares=0), "baseline_stats"),
        (
            "retention",
            changed(RATIO_STATS, number_of_samples=0),
            "baseline_stats__number_of_samples",
        ),
    ],
)
def test_estimate__broken_sums__field_named(kind, stats, field):
    with pytest.raises(NoEstimate) as refusal:
        estimate(Plan(kind, 5, baseline_stats=stats))

    assert refusal.value.field == field
