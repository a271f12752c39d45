import pytest

from activity.models import ActivityLog
from bench.reliability.truths import violations
from bench.reliability.writers import Ledger
from experiments.models import Experiment, ExperimentSavedMetric
from feature_flags.models import FeatureFlag
from tests.factories import make_experiment


@pytest.fixture
def ledger(client, holdouts, project, saved_metric):
    """What a writer notes of one experiment's life."""
    experiments = holdouts.replace("experiment_holdouts", "experiments")
    holdout = client.post(holdouts, {"name": "holdout-0"}).json()["id"]
    body = {
        "name": "w0-1",
        "feature_flag_key": "w0-1",
        "holdout_id": holdout,
        "saved_metrics_ids": [{"id": saved_metric.pk}],
    }
    headers = {"Idempotency-Key": "once"}
    pk = client.post(experiments, body, headers=headers).json()["id"]
    client.patch(f"{experiments}{pk}/", {"name": "w0-1!"})
    client.post(f"{experiments}{pk}/launch/")
    return Ledger(
        experiments={"w0-1": pk},
        holdouts={"holdout-0": holdout},
        renamed={"w0-1"},
        launched={"w0-1"},
    )


def entries(**wanted):
    return ActivityLog.objects.filter(subject="Experiment", **wanted)


def test_violations__nothing_broken__none(ledger):
    assert not any(violations(ledger).values())


@pytest.mark.parametrize(
    ("breach", "truth"),
    [
        pytest.param(
            lambda: Experiment.objects.all().delete(),
            "every answered creation is there",
            id="experiment_gone",
        ),
        pytest.param(
            lambda: Experiment.objects.update(name="w0-1"),
            "every answered change is there",
            id="name_as_before",
        ),
        pytest.param(
            lambda: FeatureFlag.objects.update(active=False),
            "every answered change is there",
            id="flag_behind",
        ),
        pytest.param(
            lambda: ExperimentSavedMetric.objects.all().delete(),
            "every experiment has the one link it was made with",
            id="link_gone",
        ),
        pytest.param(
            lambda: entries(activity="updated").first().delete(),
            "every change has one entry in the history",
            id="entry_gone",
        ),
        pytest.param(
            lambda: entries(activity="created").update(item_id="999"),
            "every entry is about something that is there",
            id="entry_about_nothing",
        ),
    ],
)
def test_violations__something_broken__told(ledger, breach, truth):
    breach()

    assert violations(ledger)[truth]


def test_violations__made_a_second_time__told(ledger, project, ada):
    make_experiment(project, ada, name="w0-1")

    assert violations(ledger)["nothing was done twice"]


def test_violations__flag_without_experiment__told(ledger, project):
    FeatureFlag.objects.create(project=project, key="alone")

    assert violations(ledger)["every experiment has its flag, and every flag its experiment"]
