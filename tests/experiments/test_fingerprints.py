from datetime import UTC, datetime

import pytest

from experiments.models import Experiment
from tests import factories
from tests.experiments.paths import collection, member

MINIMAL = {"name": "Checkout", "feature_flag_key": "checkout"}
WINDOW = {"conversion_window": 14, "conversion_window_unit": "day"}


def _event(name: str) -> dict:
    return {"kind": "EventsNode", "event": name}


def _metric(metric_type: str, **values) -> dict:
    return {"kind": "ExperimentMetric", "metric_type": metric_type} | values


PAGEVIEW = _event("$pageview") | {"name": "$pageview"}
DRAFT_METRICS = {
    "d2e1f06570c3ec0af658c6255890c0ee509e0a275cbc80f630d8e8718a1b8c25": _metric(
        "mean", source=_event("$session_duration")
    ),
    "dc70f252171bb66b8b40a28ba702ad2907c61d0962b54f332dee96afd67b240c": _metric(
        "funnel", series=[_event("$pageview"), _event("$autocapture")]
    ),
    "ac46d8229e2ec5558200082a3f5d2e4e6e5041585d4f07dbd28930ee90fad235": _metric(
        "ratio", numerator=_event("$session_duration"), denominator=_event("$autocapture")
    ),
}
LAUNCHED_METRICS = {
    "d6a393e5456b71c16961c45e07eb17cb86e4f7972549033f9883c99430248c02": _metric(
        "mean",
        goal="increase",
        source=PAGEVIEW,
        lower_bound_percentile=0.05,
        upper_bound_percentile=0.95,
        **WINDOW,
    ),
    "9f7888cb2f7f9c3dac2b6482a964eef6911f97e376ed53305ed6653f7f70ce9b": _metric(
        "funnel", goal="increase", series=[PAGEVIEW], funnel_order_type="unordered", **WINDOW
    ),
    "1b83a833a62ff9c2f01ba86be1f3e578b97749d3264e08ff9e76d863865e3ff3": _metric(
        "ratio",
        goal="decrease",
        numerator=PAGEVIEW,
        denominator=PAGEVIEW | {"math": "total"},
        **WINDOW,
    ),
}
LAUNCH = {
    "start_date": "2024-01-01T10:00:00Z",
    "stats_config": {"method": "frequentist"},
    "exposure_criteria": {
        "kind": "ExperimentEventExposureConfig",
        "event": "$feature_flag_called",
        "properties": [],
    },
}


@pytest.mark.parametrize("field", ["metrics", "metrics_secondary"])
def test_fingerprints__draft_with_defaults__golden(client, project, field):
    response = client.post(collection(project), MINIMAL | {field: list(DRAFT_METRICS.values())})

    assert _fingerprints(response, field) == list(DRAFT_METRICS)
    assert [metric["fingerprint"] for metric in getattr(Experiment.objects.get(), field)] == list(
        DRAFT_METRICS
    )


@pytest.mark.parametrize("field", ["metrics", "metrics_secondary"])
def test_fingerprints__launched_frequentist__golden(client, project, ada, field):
    experiment = factories.make_experiment(project, ada, **{field: list(LAUNCHED_METRICS.values())})

    response = client.patch(member(experiment), LAUNCH)

    assert _fingerprints(response, field) == list(LAUNCHED_METRICS)


def test_fingerprints__another_time_zone__same(client, project, ada):
    experiment = factories.make_experiment(project, ada, metrics=list(LAUNCHED_METRICS.values()))

    response = client.patch(
        member(experiment), LAUNCH | {"start_date": "2024-01-01T15:30:00+05:30"}
    )

    assert _fingerprints(response) == list(LAUNCHED_METRICS)


@pytest.mark.parametrize(
    "unhashed", [{"name": "Other name"}, {"uuid": "other"}, {"fingerprint": "0" * 64}], ids=str
)
def test_fingerprints__name_uuid_and_fingerprint__do_not_count(client, project, unhashed):
    (golden, metric), *_ = DRAFT_METRICS.items()

    response = client.post(collection(project), MINIMAL | {"metrics": [metric | unhashed]})

    assert _fingerprints(response) == [golden]


@pytest.mark.parametrize(
    "changes",
    [
        {"start_date": "2024-01-01T00:00:00Z"},
        {"stats_config": {"method": "frequentist"}},
        {"exposure_criteria": {"filterTestAccounts": False}},
        {"exposure_criteria": None},
    ],
    ids=str,
)
def test_fingerprints__basis_of_results_changed__changed(client, project, ada, changes):
    experiment = factories.make_experiment(
        project,
        ada,
        metrics=[factories.MEAN_METRIC],
        metrics_secondary=[factories.FUNNEL_METRIC],
    )
    before = client.get(member(experiment))

    response = client.patch(member(experiment), changes)

    for field in ("metrics", "metrics_secondary"):
        assert _fingerprints(response, field) != _fingerprints(before, field)
    assert response.json() | {"updated_at": None} == client.get(member(experiment)).json() | {
        "updated_at": None
    }


@pytest.mark.parametrize(
    "changes",
    [{"name": "New"}, {"end_date": "2030-01-01T00:00:00Z"}, {"stats_config": None}],
    ids=str,
)
def test_fingerprints__something_else_changed__same(client, project, ada, changes):
    experiment = factories.make_experiment(project, ada, metrics=[factories.MEAN_METRIC])
    before = client.get(member(experiment))

    response = client.patch(member(experiment), changes)

    assert _fingerprints(response) == _fingerprints(before)


def test_fingerprints__back_to_draft__first_one_again(client, project, ada):
    start = datetime(2024, 1, 1, tzinfo=UTC)
    experiment = factories.make_experiment(
        project, ada, start_date=start, metrics=list(DRAFT_METRICS.values())
    )

    response = client.patch(member(experiment), {"start_date": None})

    assert _fingerprints(response) == list(DRAFT_METRICS)


def test_fingerprints__stale_one_stored__repaired_by_any_change(client, project, ada):
    experiment = factories.make_experiment(project, ada)
    (golden, metric), *_ = DRAFT_METRICS.items()
    stale = metric | {"uuid": "a", "fingerprint": "stale"}
    Experiment.objects.update(metrics=[stale], primary_metrics_ordered_uuids=["a"])

    response = client.patch(member(experiment), {"name": "New"})

    assert _fingerprints(response) == [golden]


def test_fingerprints__saved_metric__shown_but_not_stored(client, project, ada):
    (golden, metric), *_ = DRAFT_METRICS.items()
    saved = factories.make_saved_metric(project, ada, query=metric)

    response = client.post(collection(project), MINIMAL | {"saved_metrics_ids": [{"id": saved.pk}]})

    assert response.json()["saved_metrics"][0]["query"]["fingerprint"] == golden
    saved.refresh_from_db()
    assert "fingerprint" not in saved.query


def test_fingerprints__saved_metric_of_a_launched_experiment__golden(client, project, ada):
    (golden, metric), *_ = LAUNCHED_METRICS.items()
    saved = factories.make_saved_metric(project, ada, query=metric)
    experiment = factories.make_experiment(project, ada, saved_metrics_ids=[{"id": saved.pk}])

    response = client.patch(member(experiment), LAUNCH)

    assert response.json()["saved_metrics"][0]["query"]["fingerprint"] == golden


def _fingerprints(response, field: str = "metrics") -> list[str]:
    return [metric["fingerprint"] for metric in response.json()[field]]
