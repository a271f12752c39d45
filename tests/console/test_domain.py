"""The pure modules, imported and called in the page that serves them."""

import pytest

THIN, MINUS = "\u202f", "\u2212"


@pytest.mark.parametrize(
    ("name", "arguments", "text"),
    [
        ("changeText", [0.083], f"+8.3{THIN}%"),
        ("changeText", [-0.143], f"{MINUS}14.3{THIN}%"),
        ("changeText", [0.0004], f"0.0{THIN}%"),
        ("changeText", [10.4], "\u00d711.4"),
        ("intervalText", [[0.007, 0.159]], f"+0.7{THIN}% to +15.9{THIN}%"),
        ("percentText", [0.0833], f"8.33{THIN}%"),
        ("meanText", [0.07213], "0.0721"),
        ("meanText", [105561], "105,561"),
        ("meanText", [1.5e300], "1.5E300"),
        ("meanText", [-1.5e-9], f"{MINUS}1.5E-9"),
        ("meanText", [0], "0.00"),
        ("changeText", [2e300], "\u00d72E300"),
        ("pointsText", [0.0069], f"+0.69{THIN}pp"),
        ("pointsText", [-0.00001], f"0.00{THIN}pp"),
        ("count", [2e300], "2E300"),
        ("amount", [1234], "1,234"),
        ("amount", [0.4], "0.400"),
        ("inputTime", ["0002-07-01T09:00:00Z", "UTC"], "0002-07-01T09:00"),
        ("isoOfInput", ["0002-07-01T09:00", "UTC"], "0002-07-01T09:00:00.000Z"),
        ("isoOfInput", ["999999-07-01T09:00", "UTC"], ""),
        ("chanceText", [0.9996, False], f"> 99.9{THIN}%"),
        ("chanceText", [0.0004, False], f"< 0.1{THIN}%"),
        ("chanceText", [0.016, True], f"98.4{THIN}%"),
        ("pText", [0.0004], "< 0.001"),
        ("pText", [0], "< 0.001"),
        ("pText", [None], "\u2013"),
        ("count", [49211], "49,211"),
        ("count", [None], "\u2013"),
        ("keyFrom", ["Été: one page, or two?"], "ete-one-page-or-two"),
    ],
)
def test_format__number__as_people_read_it(run, name, arguments, text):
    assert run("format", name, *arguments) == text


def said(run, goal, interval, **more):
    variant = {"credible_interval": interval, "validation_failures": []} | more
    found = run("reading", "reading", {"goal": goal}, {"validation_failures": []}, variant)
    return found["word"], found["tone"], found["isFilled"]


@pytest.mark.parametrize(
    ("goal", "interval", "more", "expected"),
    [
        ("increase", [0.1, 0.2], {}, ("better", "good", True)),
        ("increase", [-0.2, -0.1], {}, ("worse", "bad", True)),
        ("decrease", [-0.2, -0.1], {}, ("better", "good", True)),
        ("decrease", [0.1, 0.2], {}, ("worse", "bad", True)),
        ("increase", [-0.01, 0.2], {"significant": True}, ("likely better", "good", False)),
        ("decrease", [-0.01, 0.2], {"significant": True}, ("likely worse", "bad", False)),
        ("increase", [-0.01, 0.2], {}, ("no clear difference", "none", False)),
        ("increase", None, {}, ("not computable", "none", False)),
        (
            "increase",
            None,
            {"validation_failures": ["not-enough-exposures"]},
            ("not enough data", "none", False),
        ),
    ],
)
def test_reading__goal_and_interval__word_tone_and_bar(run, goal, interval, more, expected):
    assert said(run, goal, interval, **more) == expected


@pytest.mark.parametrize(
    ("intervals", "radius"),
    [
        ([], 0.2),
        ([[-0.01, 0.01]], 0.01),
        # One wide interval of five does not squeeze the others.
        ([[-0.02, 0.04]] * 4 + [[-1.5, 3]], 0.05),
        ([[-5, 9]], 2),
    ],
)
def test_scale__intervals_of_a_page__holds_four_of_five_ends(run, intervals, radius):
    assert run("scale", "radiusOf", intervals) == radius


@pytest.mark.parametrize(
    ("decision", "codes", "kind"),
    [
        ("keep running", ["no-plan"], "wait"),
        ("ship", ["better"], "good"),
        ("stop", ["harm"], "bad"),
        ("stop", ["no-clear-difference"], "calm"),
        ("do not trust", ["sample-ratio-mismatch"], "bad"),
    ],
)
def test_verdict__decision__its_sign(run, decision, codes, kind):
    reasons = [{"code": code, "text": "", "metric": None, "variant": None} for code in codes]
    verdict = {"decision": decision, "headline": "", "reasons": reasons, "variant": None}

    assert run("verdict", "saidOf", verdict, False)["kind"] == kind


def test_verdict__many_reasons__details_are_told_last(run):
    codes = ["no-clear-difference", "worse", "guardrail-held", "many-comparisons"]
    reasons = [{"code": code, "text": "", "metric": None, "variant": None} for code in codes]
    verdict = {"decision": "stop", "headline": "x", "reasons": reasons, "variant": None}
    told = run("verdict", "saidOf", verdict, True)

    assert [one["code"] for one in told["told"]] == ["worse", "many-comparisons"]
    assert [one["code"] for one in told["more"]] == ["no-clear-difference", "guardrail-held"]


def test_curl__body_with_quotes__safe_in_a_shell(run):
    text = run("curl", "curlOf", "http://h", "POST", "/p/", {"name": "it's"})

    assert """-d '{"name":"it'\\''s"}'""" in text


@pytest.mark.parametrize(
    ("variants", "groups", "text"),
    [
        ([50, 50], [{"properties": [], "rollout_percentage": 20}], "50/50 to 20 %"),
        ([0, 100], [{"properties": []}], "v1 to everyone"),
        ([], [], "nobody"),
        (
            [],
            [{"properties": [{"key": "country", "value": ["DE", "AT"]}]}],
            "on where country is one of DE, AT",
        ),
    ],
)
def test_flag__what_it_serves__in_words(run, variants, groups, text):
    shares = [{"key": f"v{at}", "rollout_percentage": share} for at, share in enumerate(variants)]
    flag = {"filters": {"multivariate": {"variants": shares}, "groups": groups}}

    assert run("flag_text", "servesText", flag) == text


def test_time__with_an_offset__told_in_utc(run):
    told = run("format", "bothTimes", "2026-12-01T09:00:00+01:00")

    assert told.startswith("2026-12-01 08:00:00 UTC")


def test_labels__ends_at_the_bottom__none_leaves_the_picture(run):
    labels = [{"text": name, "y": 180} for name in "abc"]
    places = [one["y"] for one in run("line", "spread", labels, 15, 184)]

    assert sorted(places) == [154, 169, 184]


@pytest.mark.parametrize(
    ("baseline", "variant", "interval", "word"),
    [
        # Relative, the sign is turned: (-12 - -10) / -10.
        (-10, -12, [0.15, 0.25], "not computable"),
        (-10, -8, [-0.25, -0.15], "not computable"),
        # Absolute.
        (-10, -12, [-2.5, -1.5], "worse"),
        (-10, -8, [1.5, 2.5], "better"),
    ],
)
def test_reading__baseline_below_zero__no_sign_of_the_opposite(
    run, baseline, variant, interval, word
):
    metric = {"metric_type": "mean", "goal": "increase"}
    sides = [{"number_of_samples": 1, "sum": total} for total in (baseline, variant)]

    found = run(
        "reading", "reading", metric, sides[0], sides[1] | {"confidence_interval": interval}
    )

    assert found["word"] == word


def test_plan__sent_by_a_newer_client__stands_before_the_older_members(run):
    newer = {"recommended_sample_size": 200, "recommended_running_time": 14}
    parameters = {"recommended_sample_size": 100, "running_time_calculation": newer}

    plan = run("status", "planOf", {"parameters": parameters})

    assert plan == {"days": 14, "people": 200, "change": None}


def test_difference__type_where_the_server_reads_none__relative(run):
    config = {"method": "bayesian", "difference_type": "ABSOLUTE", "bayesian": {}}

    assert run("reading", "isAbsolute", {"stats_config": config}) is False


EVERYONE = {"properties": [], "rollout_percentage": 100}
GERMANS = {"properties": [{"key": "country", "value": "DE"}], "rollout_percentage": 100}


@pytest.mark.parametrize(
    ("groups", "state"),
    [
        ([EVERYONE], "shipped"),
        ([{}], "shipped"),
        ([EVERYONE, GERMANS | {"variant": "control"}], "shipped"),
        ([EVERYONE | {"rollout_percentage": 20}], "stopped"),
        ([GERMANS], "stopped"),
        ([GERMANS | {"variant": "control"}, EVERYONE], "stopped"),
        ([], "stopped"),
    ],
)
def test_state__one_variant_has_the_whole_share__shipped_when_everybody_gets_it(run, groups, state):
    shares = [{"key": "control", "rollout_percentage": 0}, {"key": "b", "rollout_percentage": 100}]
    flag = {"active": True, "filters": {"multivariate": {"variants": shares}, "groups": groups}}
    dates = {"start_date": "2026-11-01T00:00:00Z", "end_date": "2026-11-20T00:00:00Z"}

    assert run("status", "stateOf", dates | {"feature_flag": flag}) == state


def test_exposures__one_variant_shipped_to_some__compared_with_the_plan(run):
    planned = [{"key": "control", "rollout_percentage": 50}, {"key": "b", "rollout_percentage": 50}]
    now = [planned[0] | {"rollout_percentage": 0}, planned[1] | {"rollout_percentage": 100}]
    flag = {"active": True, "filters": {"multivariate": {"variants": now}, "groups": [GERMANS]}}
    experiment = {"end_date": "2026-11-20T00:00:00Z", "feature_flag": flag}
    parameters = {"feature_flag_variants": planned}
    query = run("queries", "exposureQuery", experiment | {"parameters": parameters})

    assert query["feature_flag"]["filters"]["multivariate"]["variants"] == planned
