import pytest

from experiments.metrics import metric_fingerprint
from experiments.models import Experiment
from feature_flags.models import FeatureFlag
from tests.assertions import assert_error, assert_invalid
from tests.experiments.database_rows import everything
from tests.experiments.lifecycle import END, NOW, NOW_ON_THE_WIRE, make_running, set_flag, step
from tests.experiments.paths import member
from tests.factories import FUNNEL_METRIC, MEAN_METRIC, TWO_VARIANTS, make_experiment, make_flag


def test_launch_experiment__draft__runs_from_now_on_an_active_flag(
    client, project, ada, time_machine
):
    experiment = make_experiment(project, ada)
    before = client.get(member(experiment)).json()
    time_machine.move_to(NOW, tick=False)

    response = client.post(step(experiment, "launch"))

    assert response.status_code == 200
    launched = {"start_date": NOW_ON_THE_WIRE, "status": "running", "updated_at": NOW_ON_THE_WIRE}
    flag = before["feature_flag"] | {"active": True, "version": 2}
    assert response.json() == before | launched | {"feature_flag": flag}
    assert client.get(member(experiment)).json() == response.json()
    stored = Experiment.objects.get()
    assert (stored.start_date, stored.end_date, stored.status) == (NOW, None, "running")
    assert stored.feature_flag.active is True
    assert stored.feature_flag.last_modified_by == ada


def test_launch_experiment__metrics__stamped_anew(client, project, ada):
    lists = {"metrics": [MEAN_METRIC], "metrics_secondary": [FUNNEL_METRIC]}
    experiment = make_experiment(project, ada, **lists)
    before = {name: getattr(experiment, name)[0]["fingerprint"] for name in lists}

    client.post(step(experiment, "launch"))

    stored = Experiment.objects.get()
    for name in lists:
        metric = getattr(stored, name)[0]
        assert metric["fingerprint"] != before[name]
        assert metric["fingerprint"] == metric_fingerprint(
            metric=metric,
            start_date=stored.start_date,
            stats_method=stored.stats_method,
            exposure_criteria=stored.exposure_criteria,
        )


def test_launch_experiment__saved_metric__shown_with_another_fingerprint(
    client, project, ada, saved_metric
):
    experiment = make_experiment(project, ada, saved_metrics_ids=[{"id": saved_metric.pk}])
    before = client.get(member(experiment)).json()["saved_metrics"][0]["query"]["fingerprint"]

    response = client.post(step(experiment, "launch"))

    assert response.json()["saved_metrics"][0]["query"]["fingerprint"] != before


@pytest.mark.parametrize("values", [{}, {"metrics_secondary": [MEAN_METRIC]}], ids=["none", "one"])
def test_launch_experiment__no_primary_metric__launched(client, project, ada, values):
    experiment = make_experiment(project, ada, **values)

    response = client.post(step(experiment, "launch"))

    assert response.json()["status"] == "running"


def test_launch_experiment__flag_active_already__not_written(client, project, ada):
    flag = make_flag(project, "checkout")
    experiment = make_experiment(project, ada, feature_flag_key="checkout")
    before = FeatureFlag.objects.values().get()

    response = client.post(step(experiment, "launch"))

    assert response.status_code == 200
    assert response.json()["feature_flag"]["id"] == flag.pk
    assert FeatureFlag.objects.values().get() == before


def test_launch_experiment__inactive_flag_of_the_project__activated(client, project, ada):
    make_flag(project, "checkout", active=False)
    experiment = make_experiment(project, ada, feature_flag_key="checkout")

    client.post(step(experiment, "launch"))

    assert FeatureFlag.objects.get().active is True


def test_launch_experiment__own_release_conditions__kept(client, project, ada):
    experiment = make_experiment(project, ada)
    adults = {"properties": [{"key": "age", "value": 18, "operator": "gt"}]}
    filters = experiment.feature_flag.filters | {"groups": [adults | {"rollout_percentage": 30}]}
    set_flag(experiment, filters=filters)

    client.post(step(experiment, "launch"))

    assert FeatureFlag.objects.get().filters == filters


def test_launch_experiment__stored_end__cleared(client, project, ada):
    experiment = make_experiment(project, ada, end_date=END)

    response = client.post(step(experiment, "launch"))

    assert (response.json()["end_date"], response.json()["status"]) == (None, "running")
    assert Experiment.objects.get().end_date is None


def test_launch_experiment__another_one_on_the_flag__stays_a_draft(client, project, ada):
    make_flag(project, "checkout", active=False)
    first, second = (make_experiment(project, ada, feature_flag_key="checkout") for _ in range(2))

    client.post(step(first, "launch"))

    second.refresh_from_db()
    assert (second.status, second.start_date) == ("draft", None)


def test_launch_experiment__body__ignored(client, experiment, time_machine):
    time_machine.move_to(NOW, tick=False)

    response = client.post(
        step(experiment, "launch"), {"start_date": "2020-01-01T00:00:00Z", "name": 7}
    )

    assert response.json()["start_date"] == NOW_ON_THE_WIRE
    assert response.json()["name"] == experiment.name


def test_launch_experiment__malformed_body__parse_error(client, experiment):
    before = everything()

    response = client.generic(
        "POST", step(experiment, "launch"), b"{", content_type="application/json"
    )

    assert_error(response, 400, "parse_error")
    assert everything() == before


@pytest.mark.parametrize(
    "multivariate",
    [
        {"variants": [{"key": "control", "rollout_percentage": 100}]},
        {"variants": [TWO_VARIANTS[1] | {"key": key} for key in ("first", "second")]},
        {"variants": []},
        None,
    ],
    ids=["one variant", "no control", "no variants", "boolean"],
)
def test_launch_experiment__flag_cannot_be_compared__refused(client, project, ada, multivariate):
    experiment = make_experiment(project, ada)
    filters = experiment.feature_flag.filters | {"multivariate": multivariate}
    set_flag(experiment, filters=filters)
    before = everything()

    response = client.post(step(experiment, "launch"))

    assert_invalid(response, None)
    assert everything() == before


def test_launch_experiment__deleted_flag__refused(client, experiment):
    set_flag(experiment, deleted=True)
    before = everything()

    response = client.post(step(experiment, "launch"))

    assert_invalid(response, None)
    assert everything() == before


def test_launch_experiment__twice__refused(client, project, ada):
    experiment = make_running(project, ada)
    before = everything()

    response = client.post(step(experiment, "launch"))

    assert_invalid(response, None)
    assert everything() == before


@pytest.mark.parametrize("template", ["/api/projects/{}/", "/api/environments/{}/"])
def test_launch_experiment__without_slash__launched(client, project, experiment, template):
    path = f"{template.format(project.pk)}experiments/{experiment.pk}/launch"

    response = client.post(path)

    assert response.json()["status"] == "running"
