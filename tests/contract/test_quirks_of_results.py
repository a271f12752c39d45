from datetime import timedelta

from django.utils import timezone

from results.models import DailyResult, StoredResult
from results.services import store_days
from tests.results import conftest as of_results
from tests.results.conftest import AMOUNT, metric, purchases, wire_event
from tests.results.mini_data import Seen

ask, capture = of_results.ask, of_results.capture
unvisited, mini = of_results.unvisited, of_results.mini
REVENUE = metric(source=purchases(**AMOUNT))


# Quirk: results-are-never-stale
def test_query__without_refresh__new_events_counted(ask, mini, capture):
    before = ask(mini, REVENUE)
    capture([wire_event(Seen("c3", 2600, "purchase", "7"))])

    assert ask(mini, REVENUE)["baseline"]["sum"] == before["baseline"]["sum"] + 7


# Quirk: ended-experiments-keep-their-split
def test_query__ended_experiment_whose_flag_is_split_anew__variants_that_it_had(ask, mini):
    mini.parameters = {"feature_flag_variants": variants("control", "test")}
    mini.save()
    flag = mini.feature_flag
    flag.filters = flag.filters | {"multivariate": {"variants": variants("control", "other")}}
    flag.save()

    assert ask(mini, REVENUE)["variant_results"][0]["key"] == "test"


def variants(*keys):
    return [{"key": key, "rollout_percentage": 50} for key in keys]


# Quirk: results-say-what-they-lack
def test_query__percentile__says_so(client, project, mini):
    query = {"kind": "ExperimentQuery", "experiment_id": mini.pk}
    document = metric(source=purchases("p90", **AMOUNT))
    answer = client.post(
        f"/api/projects/{project.pk}/query/", {"query": query | {"metric": document}}
    )

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")
    assert "p90 cannot be computed" in answer.json()["detail"]


# Quirk: long-series-are-partial
def test_timeseries__every_day_but_the_first_of_401__partial(client, project, mini):
    mini.start_date = mini.end_date - timedelta(days=400)
    mini.save()
    names = {"metric_uuid": "a", "fingerprint": "b"}
    known = {"status": "completed", "result": {}, "computed_at": timezone.now()}
    DailyResult.objects.bulk_create(
        DailyResult(experiment=mini, day=mini.end_date - timedelta(days=ago), **names, **known)
        for ago in range(400)
    )
    path = f"/api/projects/{project.pk}/experiments/{mini.pk}/timeseries_results/"

    assert client.get(path, names).json()["status"] == "partial"


def width(ask, mini, **cuped):
    mini.stats_config = {"method": "frequentist", "cuped": {"enabled": True, **cuped}}
    mini.save()
    low, high = ask(mini, REVENUE)["variant_results"][0]["confidence_interval"]
    return high - low


# Quirk: cuped-intervals-are-wide-enough
def test_query__covariate__wider_than_hosted(ask, mini, capture):
    people = [(f"x{number}", "control" if number % 2 else "test") for number in range(200)]
    capture(
        event
        for number, (who, arm) in enumerate(people)
        for event in (
            wire_event(Seen(who, 1500, "purchase", str(20 + number % 7))),
            wire_event(Seen(who, 3000, "exposure", arm)),
            wire_event(Seen(who, 3100, "purchase", str(20 + number % 7 + number % 3))),
        )
    )

    assert width(ask, mini) > width(ask, mini, hosted_intervals=True)


# Quirk: first-group-type-counts
def test_query__first_group_type__groups_counted(ask, mini, capture):
    events = [wire_event(Seen("c3", minute, "purchase")) for minute in (2600, 2601, 2602)]
    for event, group in zip(events, ("acme", "corp", "acme"), strict=True):
        event["properties"]["$group_0"] = group
    capture(events)
    source = purchases("unique_group", math_group_type_index=0)

    assert ask(mini, metric(source=source))["baseline"]["sum"] == 2


# Quirk: busy-results-ask-to-wait
def test_query__computed_by_somebody_else_for_too_long__asked_to_wait(
    client,
    project,
    ask,
    mini,
    capture,
    settings,
):
    ask(mini, REVENUE)
    capture([wire_event(Seen("c3", 2600, "purchase", "7"))])
    StoredResult.objects.update(claimed_until=timezone.now() + timedelta(minutes=1))
    settings.RESULTS_STATEMENT_SECONDS = 0
    query = {"kind": "ExperimentQuery", "experiment_id": mini.pk, "metric": REVENUE}

    answer = client.post(f"/api/projects/{project.pk}/query/", {"query": query})

    assert (answer.status_code, answer.json()["code"]) == (503, "query_at_capacity")
    assert answer["Retry-After"] == "5"


# Quirk: recalculations-only-by-request
def test_latest_recalculation__only_days_are_stored__not_found(client, project, mini):
    url = f"/api/projects/{project.pk}/experiments/{mini.pk}/"
    uuid = "11111111-1111-4111-8111-111111111111"
    mini.metrics = [REVENUE | {"uuid": uuid, "fingerprint": "f1"}]
    mini.save()
    store_days(now=mini.end_date + timedelta(days=2))
    days = client.get(f"{url}timeseries_results/", {"metric_uuid": uuid, "fingerprint": "f1"})

    assert days.json()["status"] == "completed"
    assert client.get(f"{url}metrics_recalculation/latest/").status_code == 404
