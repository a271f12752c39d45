import pytest

from results.statistics import Cuped, Difference, Method, MetricKind, StatsConfig, compare
from results.statistics.arms import adjusted_arms, covariate_coefficient, ratio_arm, sample_arm
from results.statistics.engines import tuning_width
from tests.results.statistics.golden import (
    C1,
    C2,
    C3,
    C4,
    M1,
    M2,
    M3,
    SAME,
    A,
    B,
    D,
    E,
    F,
    H,
    J,
    K,
    L,
    N,
    P,
    Q,
)

MEAN, FUNNEL, RATIO, RETENTION = MetricKind
RELATIVE, ABSOLUTE = Difference

FREQUENTIST = {
    "G01": (A, MEAN, RELATIVE, 0.05, 0.636467, (-0.087547, 1.360482), 0.084878, 4105.070481),
    "G02": (A, MEAN, ABSOLUTE, 0.05, 0.303857, (0.018044, 0.589669), 0.037193, 4105.070481),
    "G03": (A, MEAN, RELATIVE, 0.10, 0.636467, (0.028897, 1.244037), 0.084878, 4105.070481),
    "G07": (B, FUNNEL, RELATIVE, 0.05, -0.259258, (-0.494753, -0.023762), 0.030961, 2966.520723),
    "G08": (B, FUNNEL, ABSOLUTE, 0.05, -0.014752, (-0.030258, 0.000755), 0.062232, 2966.520723),
    "G11": (D, FUNNEL, RELATIVE, 0.05, 0.100000, (-0.182025, 0.382025), 0.486896, 1994.474432),
    "G15": (E, FUNNEL, RELATIVE, 0.05, 0.200000, (0.104941, 0.295059), 0.000037, 19871.600793),
    "G15b": (E, FUNNEL, RELATIVE, 0.01, 0.200000, (0.075067, 0.324933), 0.000037, 19871.600793),
    "G16": (F, RATIO, RELATIVE, 0.05, 0.041333, (0.013786, 0.068880), 0.003283, 3970.561524),
    "G17": (F, RATIO, ABSOLUTE, 0.05, 4.177738, (1.454002, 6.901474), 0.002654, 3970.561524),
    "G19": (H, RETENTION, RELATIVE, 0.05, 0.200000, (0.009024, 0.390976), 0.040125, 1607.379991),
    "G19p": (H, FUNNEL, RELATIVE, 0.05, 0.200000, (0.009142, 0.390858), 0.040003, 1607.383934),
    "G20": (J, MEAN, RELATIVE, 0.05, 0.100000, (0.046243, 0.153757), 0.000314, 196.377049),
    "G23": (N, MEAN, RELATIVE, 0.05, 0.021923, (0.011038, 0.032809), 0.000079, 100093.151236),
    "G24": (P, MEAN, RELATIVE, 0.05, -0.048479, (-0.086771, -0.010187), 0.013094, 8044.000877),
    "G25": (Q, FUNNEL, RELATIVE, 0.05, 0.240000, (-0.079435, 0.559435), 0.140727, 1187.464665),
    "M1": (M1, MEAN, RELATIVE, 0.05, 0.733333, (-1.023290, 2.489957), 0.389657, 16.256118),
    "M2": (M2, RATIO, ABSOLUTE, 0.05, 1.175439, (-0.639072, 2.989949), 0.190284, None),
}  # fmt: skip
BAYESIAN = {
    "G04": (A, MEAN, RELATIVE, 0.95, (-0.087334, 1.360268), 0.957599, (0.642844, 0.006377), True),
    "G05": (A, MEAN, ABSOLUTE, 0.95, (0.018128, 0.589585), 0.981434, (0.304841, 0.000985), True),
    "G09": (B, FUNNEL, RELATIVE, 0.95, (-0.494657, -0.023858), 0.015440, (0.000660, 0.259917), True),
    "G09b": (B, FUNNEL, ABSOLUTE, 0.95, (-0.030252, 0.000748), 0.031067, (0.000096, 0.014847), True),
    "G12": (D, FUNNEL, RELATIVE, 0.95, (-0.181853, 0.381853), 0.756593, (0.120708, 0.020708), False),
    "G14b": (D, FUNNEL, RELATIVE, 0.90, (-0.136539, 0.336539), 0.756593, (0.120708, 0.020708), False),
    "G15c": (E, FUNNEL, RELATIVE, 0.95, (0.104947, 0.295053), 0.999981, (0.200000, 0.000000), True),
    "G15d": (E, FUNNEL, RELATIVE, 0.99, (0.075079, 0.324921), 0.999981, (0.200000, 0.000000), True),
    "G18": (F, RATIO, RELATIVE, 0.95, (0.013794, 0.068872), 0.998368, (0.041340, 0.000007), True),
    "G19b": (H, RETENTION, RELATIVE, 0.95, (0.009168, 0.390832), 0.980018, (0.200714, 0.000714), True),
    "G20b": (J, MEAN, RELATIVE, 0.95, (0.046574, 0.153426), 0.999878, (0.100001, 0.000001), True),
    "G23b": (N, MEAN, RELATIVE, 0.95, (0.011038, 0.032808), 0.999960, (0.021923, 0.000000), True),
    "G24b": (P, MEAN, RELATIVE, 0.95, (-0.086766, -0.010193), 0.006537, (0.000041, 0.048521), True),
    "G25b": (Q, FUNNEL, RELATIVE, 0.95, (-0.079110, 0.559110), 0.929769, (0.245061, 0.005061), False),
    "M2": (M2, RATIO, RELATIVE, 0.95, (-0.276184, 1.020628), 0.869733, None, False),
}  # fmt: skip
SEQUENTIAL = {
    "G06": (A, MEAN, RELATIVE, 0.05, 5000, (-0.484428, 1.757362), 0.797854),
    "G06b": (A, MEAN, ABSOLUTE, 0.05, 5000, (-0.138629, 0.746342), 0.433652),
    "G10": (B, FUNNEL, RELATIVE, 0.05, 5000, (-0.626877, 0.108362), 0.350002),
    "G15e": (E, FUNNEL, RELATIVE, 0.05, 5000, (0.048343, 0.351657), 0.001504),
    "G15f": (E, FUNNEL, RELATIVE, 0.10, 10000, (0.064642, 0.335358), 0.001397),
    "G21": (K, MEAN, RELATIVE, 0.05, 1000, (-0.532302, 1.593527), 1),
    "G22": (L, FUNNEL, RELATIVE, 0.05, 5000, (0.460641, 0.664482), 6.21239e-56),
    "G22b": (SAME, FUNNEL, ABSOLUTE, 0.05, 5000, (-0.020954, 0.020954), 1),
    "G23c": (N, MEAN, RELATIVE, 0.05, 50000, (0.004920, 0.038926), 0.002695),
    "M1": (M1, MEAN, RELATIVE, 0.05, 5000, (-10.874876, 12.341543), 1),
}
CUPED = {
    "C1": (C1, MEAN, -0.288704, (-0.484087, -0.093321), (-0.486775, -0.090633)),
    "C2": (C2, FUNNEL, -0.322739, (-0.447762, -0.197717), (-0.452912, -0.192566)),
    "C3": (C3, MEAN, 0.025937, (0.003302, 0.048572), (0.009645, 0.042229)),
    "C4": (C4, FUNNEL, 0.112872, (-0.007132, 0.232875), (0.011020, 0.214724)),
    "M3": (M3, MEAN, 0.115991, (-0.075316, 0.307298), (0.021501, 0.210481)),
}
SIX = 5.1e-7


def near(value):
    return pytest.approx(value, abs=SIX)


@pytest.mark.parametrize("case", FREQUENTIST)
def test_compare__frequentist_case__golden_numbers(case):
    arms, kind, difference, alpha, estimate, interval, p_value, degrees = FREQUENTIST[case]
    config = StatsConfig(Method.FREQUENTIST, alpha=alpha, difference=difference)

    found = compare(*arms, kind, config)

    assert found.effect.difference == near(estimate)
    assert found.evidence.interval == near(interval)
    assert found.evidence.p_value == near(p_value)
    assert degrees is None or found.effect.degrees == near(degrees)
    assert found.evidence.is_significant is (p_value < alpha)


@pytest.mark.parametrize("case", BAYESIAN)
def test_compare__bayesian_case__golden_numbers(case):
    arms, kind, difference, level, interval, chance, losses, is_significant = BAYESIAN[case]
    config = StatsConfig(level=level, difference=difference)

    evidence = compare(*arms, kind, config).evidence

    assert evidence.interval == near(interval)
    assert evidence.chance_to_win == near(chance)
    assert losses is None or (evidence.loss_of_control, evidence.loss_of_variant) == near(losses)
    assert evidence.is_significant is is_significant


@pytest.mark.parametrize("case", SEQUENTIAL)
def test_compare__sequential_case__golden_numbers(case):
    arms, kind, difference, alpha, tuning, interval, p_value = SEQUENTIAL[case]
    config = StatsConfig(Method.FREQUENTIST, alpha=alpha, difference=difference, tuning=tuning)

    evidence = compare(*arms, kind, config).evidence

    assert evidence.interval == near(interval)
    assert evidence.p_value == pytest.approx(p_value, abs=SIX if p_value > 1e-9 else 1e-60)


@pytest.mark.parametrize("case", CUPED)
@pytest.mark.parametrize("is_hosted", [False, True], ids=["right", "hosted"])
def test_compare__cuped_case__golden_numbers(case, is_hosted):
    arms, kind, estimate, right, hosted = CUPED[case]
    config = StatsConfig(
        Method.FREQUENTIST, cuped=Cuped(True), has_hosted_cuped_intervals=is_hosted
    )

    found = compare(*arms, kind, config)

    assert found.effect.difference == near(estimate)
    assert found.evidence.interval == near(hosted if is_hosted else right)


@pytest.mark.parametrize(
    ("arms", "theta", "means", "variances"),
    [
        (C1, -0.069566052, (0.104807347, 0.075947238), (0.188791140, 0.176697241)),
        (C3, 0.756463379, (2.835366211, 3.105107676), (35.849843586, 34.162473093)),
        (M3, 1.234685, (-0.543831, 0.152114), (0.751287, 0.727694)),
    ],
    ids=["C1", "C3", "M3"],
)
def test_cuped__case__coefficient_and_adjusted_arms(arms, theta, means, variances):
    control, test = adjusted_arms(*arms)

    assert covariate_coefficient(*arms) == near(theta)
    assert (control.mean, test.mean) == near(means)
    assert (control.variance, test.variance) == near(variances)


def test_arms__cases__means_and_variances():
    control, test = map(sample_arm, A)
    ratios = [ratio_arm(sums) for sums in F]

    assert (control.mean, test.mean) == near((0.477411, 0.781268))
    assert (control.variance, test.variance) == near((14.687381, 37.884612))
    assert [arm.mean for arm in ratios] == near([101.074571, 105.252309])
    assert [arm.variance for arm in ratios] == near([2022.665431, 1833.100533])


@pytest.mark.parametrize(
    ("alpha", "tuning", "expected"),
    [
        (0.05, 5000, 0.039840067),
        (0.05, 1000, 0.089085098),
        (0.1, 5000, 0.035577689),
        (0.01, 5000, 0.048028619),
        (0.05, 100000, 0.008908510),
    ],
)
def test_tuning_width__any_tuning__golden(alpha, tuning, expected):
    assert tuning_width(alpha, tuning) == pytest.approx(expected, abs=5.1e-10)
