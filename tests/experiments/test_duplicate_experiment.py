import pytest

from experiments.models import Experiment, ExperimentSavedMetric
from feature_flags.models import FeatureFlag
from tests import factories
from tests.assertions import assert_invalid
from tests.client import DocumentedClient
from tests.experiments.database_rows import everything
from tests.experiments.lifecycle import NOW, NOW_ON_THE_WIRE, make_stopped, step
from tests.experiments.paths import member
from tests.factories import (
    FUNNEL_METRIC,
    MEAN_METRIC,
    TWO_VARIANTS,
    make_experiment,
    make_flag,
    make_key,
    make_saved_metric,
)
from tests.looping import in_one_test

LEGACY = {"kind": "ExperimentTrendsQuery", "count_query": {"kind": "TrendsQuery"}, "uuid": "a"}
NOT_COPIED = {
    "start_date": None,
    "end_date": None,
    "archived": False,
    "deleted": False,
    "conclusion": None,
    "conclusion_comment": None,
    "holdout": None,
    "holdout_id": None,
    "exposure_cohort": None,
    "secondary_metrics": [],
    "status": "draft",
}
# What is new in every row, and what carries it.
OWN = (
    "id",
    "name",
    "saved_metrics",
    "created_by",
    "created_at",
    "updated_at",
    "_create_in_folder",
    "user_access_level",
)


@pytest.fixture
def rich(project, ada, holdout, saved_metric):
    experiment = make_stopped(
        project,
        ada,
        description="Why",
        type="web",
        archived=True,
        conclusion="won",
        conclusion_comment="Good",
        holdout=holdout,
        folder="Growth",
        parameters={"minimum_detectable_effect": 5, "feature_flag_variants": TWO_VARIANTS},
        filters={"insight": "TRENDS"},
        secondary_metrics=[{"name": "Old"}],
        metrics=[MEAN_METRIC],
        metrics_secondary=[FUNNEL_METRIC],
        saved_metrics_ids=[{"id": saved_metric.pk, "metadata": {"type": "secondary", "x": 1}}],
        stats_config={"method": "frequentist"},
        scheduling_config={"timeseries": True},
        exposure_criteria={"filterTestAccounts": False},
        exposure_preaggregation_enabled=True,
    )
    Experiment.objects.update(exposure_cohort=factories.make_cohort(project, ada))
    return experiment


def test_duplicate_experiment__rich__draft_with_the_same_plan_on_the_same_flag(
    project, ada, grace, rich, time_machine
):
    client = DocumentedClient(make_key(grace))
    source, flag = client.get(member(rich)).json(), FeatureFlag.objects.values().get()
    time_machine.move_to(NOW, tick=False)

    response = client.post(step(rich, "duplicate"))

    assert response.status_code == 201
    copy = response.json()
    assert client.get(member(Experiment.objects.latest("pk"))).json() == copy
    assert (copy["name"], copy["created_by"]["email"]) == ("Checkout (Copy)", grace.email)
    assert (copy["created_at"], copy["updated_at"]) == (NOW_ON_THE_WIRE, NOW_ON_THE_WIRE)
    expected = source | NOT_COPIED | {name: copy[name] for name in OWN}
    assert _without_derived(copy) == _without_derived(expected)
    assert _links(copy["id"]) == _links(rich.pk)
    assert FeatureFlag.objects.values().get() == flag
    assert client.get(member(rich)).json() == source


def test_duplicate_experiment__metrics__same_uuids_and_fingerprints_of_a_draft(client, rich):
    before = Experiment.objects.get().metrics[0]

    response = client.post(step(rich, "duplicate"))

    metric = response.json()["metrics"][0]
    assert metric["uuid"] == before["uuid"]
    assert metric["fingerprint"] != before["fingerprint"]


def test_duplicate_experiment__several_times__names_numbered(client, project, experiment):
    names = [client.post(step(experiment, "duplicate")).json()["name"] for _ in range(3)]

    assert names == ["Checkout (Copy)", "Checkout (Copy) 1", "Checkout (Copy) 2"]


def test_duplicate_experiment__name_taken_by_a_deleted_one__free(client, project, ada, experiment):
    make_experiment(project, ada, name="Checkout (Copy)", deleted=True)

    response = client.post(step(experiment, "duplicate"))

    assert response.json()["name"] == "Checkout (Copy)"


def test_duplicate_experiment__name_taken_by_an_archived_one__numbered(
    client, project, ada, experiment
):
    make_experiment(project, ada, name="Checkout (Copy)", archived=True)

    response = client.post(step(experiment, "duplicate"))

    assert response.json()["name"] == "Checkout (Copy) 1"


def test_duplicate_experiment__name_taken_in_another_project__free(
    client, experiment, foreign_project, mallory
):
    make_experiment(foreign_project, mallory, name="Checkout (Copy)")

    response = client.post(step(experiment, "duplicate"))

    assert response.json()["name"] == "Checkout (Copy)"


def test_duplicate_experiment__longest_name__cut_and_still_different(client, project, ada):
    experiment = make_experiment(project, ada, name="x" * 400)

    names = [client.post(step(experiment, "duplicate")).json()["name"] for _ in range(2)]

    assert [len(name) for name in names] == [400, 400]
    assert [name[-3:] for name in names] == ["x 1", "x 2"]


@pytest.mark.parametrize("name", ["", None, "  "], ids=repr)
def test_duplicate_experiment__no_name__copy_of_the_name(client, experiment, name):
    response = client.post(step(experiment, "duplicate"), {"name": name})

    assert response.status_code == 201
    assert response.json()["name"] == "Checkout (Copy)"


@pytest.mark.parametrize("name", ["Second try", "Checkout"])
def test_duplicate_experiment__name__taken_as_it_is(client, experiment, name):
    response = client.post(step(experiment, "duplicate"), {"name": name})

    assert response.json()["name"] == name


@in_one_test(
    ("body", "attr", "code"),
    [
        ({"name": "x" * 401}, "name", "max_length"),
        ({"name": ["x"]}, "name", "invalid_input"),
        ({"feature_flag_key": ""}, "key", "blank"),
        ({"feature_flag_key": "  "}, "key", "blank"),
        ({"feature_flag_key": {}}, "feature_flag_key", "invalid_input"),
        ({"feature_flag_key": "a b"}, "key", "invalid_key"),
        ({"feature_flag_key": "x" * 401}, "key", "max_length"),
        ([], None, "invalid_input"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_duplicate_experiment__bad_body__refused(client, experiment, body, attr, code):
    before = everything()

    response = client.post(step(experiment, "duplicate"), body)

    assert_invalid(response, attr, code)
    assert everything() == before


def test_duplicate_experiment__key_of_another_flag__its_variants_taken(client, project, ada):
    experiment = make_experiment(project, ada, parameters={"minimum_detectable_effect": 5})
    flag = make_flag(project, "other")
    before = FeatureFlag.objects.filter(pk=flag.pk).values().get()

    response = client.post(step(experiment, "duplicate"), {"feature_flag_key": "other"})

    assert response.json()["feature_flag"]["id"] == flag.pk
    assert response.json()["parameters"] == {
        "minimum_detectable_effect": 5,
        "feature_flag_variants": TWO_VARIANTS,
    }
    assert FeatureFlag.objects.filter(pk=flag.pk).values().get() == before


def test_duplicate_experiment__new_key__inactive_flag_with_its_variants(client, project, ada):
    variants = [{"key": key, "rollout_percentage": 50} for key in ("control", "blue")]
    experiment = make_stopped(project, ada, parameters={"feature_flag_variants": variants})

    response = client.post(step(experiment, "duplicate"), {"feature_flag_key": "new"})

    flag = response.json()["feature_flag"]
    assert (flag["key"], flag["active"], flag["version"]) == ("new", False, 1)
    assert flag["filters"]["multivariate"]["variants"] == variants
    assert flag["filters"]["holdout"] is None
    assert FeatureFlag.objects.count() == 2


def test_duplicate_experiment__its_own_key__same_flag(client, experiment):
    key = experiment.feature_flag.key

    response = client.post(step(experiment, "duplicate"), {"feature_flag_key": key})

    assert response.json()["feature_flag"]["id"] == experiment.feature_flag_id
    variants = experiment.feature_flag.filters["multivariate"]["variants"]
    assert response.json()["parameters"] == {"feature_flag_variants": variants}


@pytest.mark.parametrize("filters", [{"groups": []}, {"multivariate": None}], ids=str)
def test_duplicate_experiment__other_flag_cannot_be_compared__refused(
    client, project, experiment, filters
):
    make_flag(project, "boolean", filters=filters)
    before = everything()

    response = client.post(step(experiment, "duplicate"), {"feature_flag_key": "boolean"})

    assert_invalid(response, None)
    assert everything() == before


@pytest.mark.parametrize(
    "broken",
    [
        {"parameters": {"feature_flag_variants": [{"key": "control", "rollout_percentage": 100}]}},
        {"exposure_criteria": {"filterTestAccounts": "yes"}},
        {"metrics": [{"kind": "ExperimentMetric", "metric_type": "median"}]},
        {"metrics_secondary": [{"kind": "Unknown"}]},
    ],
    ids=lambda broken: next(iter(broken)),
)
def test_duplicate_experiment__something_not_acceptable_today__refused(client, experiment, broken):
    Experiment.objects.update(**broken)
    before = everything()

    response = client.post(step(experiment, "duplicate"))

    assert_invalid(response, None)
    assert everything() == before


def test_duplicate_experiment__legacy_inline_metric__refused_barely(client, experiment):
    Experiment.objects.update(metrics=[LEGACY], primary_metrics_ordered_uuids=["a"])
    before = everything()

    response = client.post(step(experiment, "duplicate"))

    assert response.status_code == 400
    assert list(response.json()) == ["detail"]
    assert everything() == before


def test_duplicate_experiment__legacy_saved_metric__refused_barely(client, project, ada):
    metric = make_saved_metric(project, ada)
    experiment = make_experiment(project, ada, saved_metrics_ids=[{"id": metric.pk}])
    metric.query = LEGACY
    metric.save(update_fields=["query"])

    response = client.post(step(experiment, "duplicate"))

    assert response.status_code == 400
    assert list(response.json()) == ["detail"]


def _without_derived(shown: dict) -> dict:
    derived = ("fingerprint", "source", "series", "count_query", "dateRange")
    lists = {
        name: [
            {key: value for key, value in metric.items() if key not in derived}
            for metric in shown[name]
        ]
        for name in ("metrics", "metrics_secondary")
    }
    return shown | lists


def _links(experiment_id: int) -> list[tuple]:
    links = ExperimentSavedMetric.objects.filter(experiment_id=experiment_id)
    return list(links.values_list("saved_metric_id", "metadata"))
