"""POST query/: the results of metrics, and who was exposed."""

import pytest

from tests.results.conftest import AMOUNT, WEEK, metric, purchases, wire_event
from tests.results.mini_data import Seen

KEYS = ("number_of_samples", "sum", "sum_squares")


def moments(answer, *keys):
    arms = [answer["baseline"], *answer["variant_results"]]
    return {arm["key"]: tuple(arm[key] for key in keys or KEYS) for arm in arms}


@pytest.mark.parametrize(
    ("document", "control", "test"),
    [
        (metric(source=purchases(**AMOUNT)), (5, 130, 7508), (4, 120, 7250)),
        (metric(source=purchases(**AMOUNT), **WEEK), (5, 84, 3810), (4, 107, 6769)),
        (metric(source=purchases("total")), (5, 8, 22), (4, 5, 9)),
        (metric(source=purchases("avg", **AMOUNT), **WEEK), (5, 40, 562), (4, 67, 1969)),
        (metric(source=purchases("max", **AMOUNT), **WEEK), (5, 54, 1110), (4, 67, 1969)),
        (metric(source=purchases("min", **AMOUNT), **WEEK), (5, 26, 246), (4, 67, 1969)),
        (metric(source=purchases("unique_session"), **WEEK), (5, 5, 7), (4, 4, 6)),
        (metric(source=purchases("dau"), **WEEK), (5, 4, 4), (4, 3, 3)),
        (
            metric(source=purchases("hogql", math_hogql="sum(properties.amount)"), **WEEK),
            (5, 84, 3810),
            (4, 107, 6769),
        ),
    ],
    ids=["sum", "sum-week", "total", "avg", "max", "min", "sessions", "dau", "expression"],
)
def test_query__mean_of_captured_events__its_sums(ask, mini, document, control, test):
    assert moments(ask(mini, document)) == {"control": control, "test": test}


@pytest.mark.parametrize("math", ["avg", "min", "max"])
def test_query__math_without_a_property__one_for_each_event(ask, mini, math):
    found = moments(ask(mini, metric(source=purchases(math))))

    assert found == {"control": (5, 3, 3), "test": (4, 3, 3)}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ({"conversion_window": "7"}, {"conversion_window": 7}),
        ({"threshold": "30"}, {"threshold": 30}),
        (
            {"upper_bound_percentile": "0.5", "ignore_zeros": "true"},
            {"upper_bound_percentile": 0.5, "ignore_zeros": True},
        ),
    ],
    ids=str,
)
def test_query__values_as_text__read_as_what_they_say(ask, mini, written, read):
    document = metric(source=purchases(**AMOUNT), conversion_window_unit="day")

    assert moments(ask(mini, document | written)) == moments(ask(mini, document | read))
    assert moments(ask(mini, document | read)) != moments(ask(mini, document))


def test_query__warehouse_table_without_its_kind__refused(client, project, mini):
    names = ("table_name", "timestamp_field", "events_join_key", "data_warehouse_join_key")
    document = metric(source=dict.fromkeys(names, "x"))
    query = {"kind": "ExperimentQuery", "experiment_id": mini.pk, "metric": document}

    assert "warehouse" in refusal(client, project, query)[1]


@pytest.mark.parametrize(
    "config",
    [
        {"method": "frequentist", "frequentist": {"alpha": alpha}}
        for alpha in (0, 1, 1e-17, 0.9999999999999999)
    ]
    + [{"bayesian": {"ci_level": level}} for level in (0, 1, 0.9999999999999999)],
    ids=str,
)
def test_query__level_that_leaves_no_interval__refused(client, project, mini, config):
    mini.stats_config = config
    mini.save()
    query = {"kind": "ExperimentQuery", "experiment_id": mini.pk}

    _, detail = refusal(client, project, query | {"metric": metric(source=purchases())})

    assert "between 0 and 1" in detail


@pytest.mark.parametrize(
    ("source", "control", "test"),
    [
        (purchases("total"), (5, 3, 3), (4, 2, 2)),
        # An average reaches no threshold.
        (
            purchases("avg", **AMOUNT),
            (5, 20 + 62 / 3 + 4, 20**2 + (62 / 3) ** 2 + 4**2),
            (4, 67.5, 1981.25),
        ),
    ],
    ids=["count", "average"],
)
def test_query__threshold__only_of_counts_and_sums(ask, mini, source, control, test):
    found = moments(ask(mini, metric(source=source, threshold=2)))

    assert found == {
        "control": pytest.approx(control, abs=1e-3),
        "test": pytest.approx(test, abs=1e-3),
    }


def test_query__ratio__five_sums(ask, mini):
    document = metric("ratio", numerator=purchases(**AMOUNT), denominator=purchases("total"))

    keys = ("denominator_sum", "denominator_sum_squares", "numerator_denominator_sum_product")
    found = moments(ask(mini, document), *KEYS, *keys)

    assert found == {"control": (5, 130, 7508, 8, 22, 382), "test": (4, 120, 7250, 5, 9, 225)}


def test_query__funnel__counts_of_steps(ask, mini):
    document = metric("funnel", series=[{"event": "signup"}, {"event": "purchase"}], **WEEK)

    found = moments(ask(mini, document), "number_of_samples", "step_counts")

    assert found == {"control": (5, [2, 2]), "test": (4, [3, 2])}


def test_query__retention__starters_only(ask, mini):
    document = metric(
        "retention",
        start_event={"event": "signup"},
        completion_event={"event": "login"},
        retention_window_start=1,
        retention_window_end=7,
        retention_window_unit="day",
        start_handling="first_seen",
    )

    found = moments(ask(mini, document), *KEYS, "denominator_sum")

    assert found == {"control": (2, 1, 1, 2), "test": (3, 1, 1, 3)}


def test_query__few_exposures__told_and_no_statistics(ask, mini):
    [test] = ask(mini, metric(source=purchases(**AMOUNT)))["variant_results"]

    assert test["validation_failures"] == ["not-enough-exposures"]
    assert test["chance_to_win"] is None


def test_query__event_after_it__new_numbers_at_once(ask, mini, capture):
    document = metric(source=purchases(**AMOUNT))
    ask(mini, document)
    capture([wire_event(Seen("c3", 2600, "purchase", "7"))])

    assert moments(ask(mini, document))["control"] == (5, 137, 7557)


def test_query__asked_again__from_what_is_known(ask, mini):
    document = metric(source=purchases(**AMOUNT))
    first, second = ask(mini, document), ask(mini, document)

    assert (first["is_cached"], second["is_cached"]) == (False, True)
    assert first["last_refresh"] == second["last_refresh"]


def test_query__forced__computed_anew(ask, mini):
    document = metric(source=purchases(**AMOUNT))
    first = ask(mini, document)
    second = ask(mini, document, refresh="force_blocking")

    assert second["is_cached"] is False
    assert second["last_refresh"] > first["last_refresh"]


def test_query__force_cache_of_nothing__no_result(ask, mini):
    answer = ask(mini, metric(source=purchases()), refresh="force_cache")

    assert "baseline" not in answer
    assert answer["query_status"] is None


def refusal(client, project, query, **body):
    answer = client.post(f"/api/projects/{project.pk}/query/", {"query": query} | body)
    assert answer.status_code == 400
    return answer.json()["attr"], answer.json()["detail"]


def test_query__draft__refused(client, project, experiment):
    query = {"kind": "ExperimentQuery", "experiment_id": experiment.pk}
    _, detail = refusal(client, project, query | {"metric": metric(source=purchases())})

    assert "has not started" in detail


def test_query__unknown_experiment__refused(client, project):
    query = {"kind": "ExperimentQuery", "experiment_id": 999_999}
    attr, _ = refusal(client, project, query | {"metric": metric(source=purchases())})

    assert attr == "experiment_id"


def test_query__without_experiment__refused(client, project):
    query = {"kind": "ExperimentQuery", "metric": metric(source=purchases())}
    assert refusal(client, project, query)[0] == "experiment_id"


@pytest.mark.parametrize("kind", ["TrendsQuery", None, 3, ["ExperimentQuery"]])
def test_query__of_another_kind__refused(client, project, kind):
    attr, detail = refusal(client, project, {"kind": kind})

    assert attr == "query"
    assert "ExperimentExposureQuery" in detail


def test_query__foreign_experiment__refused(outsider, foreign_project, mini):
    query = {"kind": "ExperimentQuery", "experiment_id": mini.pk}
    document = query | {"metric": metric(source=purchases())}

    assert refusal(outsider, foreign_project, document)[0] == "experiment_id"


def test_query__key_without_scope__refused(reader, project, mini):
    query = {"kind": "ExperimentQuery", "experiment_id": mini.pk}
    answer = reader.post(f"/api/projects/{project.pk}/query/", {"query": query})

    assert answer.status_code == 403
    assert "query:read" in answer.json()["detail"]


def exposures(client, project, experiment, **members):
    query = {
        "kind": "ExperimentExposureQuery",
        "experiment_id": experiment.pk,
        "experiment_name": experiment.name,
        "feature_flag": {"key": experiment.feature_flag.key},
    }
    answer = client.post(f"/api/environments/{project.pk}/query/", {"query": query | members})
    assert answer.status_code == 200, answer.json()
    return answer.json()


def test_exposures__small_data_set__cumulative_by_day(client, project, mini):
    answer = exposures(client, project, mini)

    assert answer["total_exposures"] == {"control": 5, "test": 4, "$multiple": 1}
    shown = {each["variant"]: each["exposure_counts"] for each in answer["timeseries"]}
    assert list(shown) == ["control", "test", "$multiple"]
    assert shown["control"][:3] == [3, 4, 4]
    assert shown["control"][-1] == 5
    assert answer["timeseries"][0]["days"][0] == "2026-01-02"
    assert len(answer["timeseries"][0]["days"]) == 15


def test_exposures__first_variant_kept__nobody_left_out(client, project, mini):
    criteria = {"multiple_variant_handling": "first_seen"}
    answer = exposures(client, project, mini, exposure_criteria=criteria)

    assert answer["total_exposures"] == {"control": 5, "test": 5}


def test_exposures__draft__empty(client, project, experiment):
    answer = exposures(client, project, experiment)

    assert (answer["timeseries"], answer["total_exposures"]) == ([], {})


def test_exposures__hundreds_of_people__ratio_tested(client, project, mini, capture):
    people = [(f"x{number}", "control" if number < 140 else "test") for number in range(200)]
    capture(wire_event(Seen(who, 1500, "exposure", arm)) for who, arm in people)

    ratio = exposures(client, project, mini)["sample_ratio_mismatch"]

    assert ratio["expected"] == {"control": 104.5, "test": 104.5}
    assert ratio["p_value"] < 0.001


def test_exposures__flag_without_key__refused(client, project, mini):
    query = {"kind": "ExperimentExposureQuery", "experiment_id": mini.pk}
    query |= {"experiment_name": "x", "feature_flag": {"filters": {}}}

    assert refusal(client, project, query)[0] == "feature_flag__key"
