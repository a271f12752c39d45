import pytest

from experiments.models import Experiment
from feature_flags.models import FeatureFlag
from tests import factories
from tests.assertions import assert_invalid
from tests.experiments.database_rows import everything
from tests.experiments.lifecycle import (
    NOW,
    NOW_ON_THE_WIRE,
    make_paused,
    make_running,
    make_stopped,
    step,
)
from tests.experiments.paths import member
from tests.factories import FUNNEL_METRIC, MEAN_METRIC, make_experiment

EMPTY = {
    "start_date": None,
    "end_date": None,
    "conclusion": None,
    "conclusion_comment": None,
    "archived": False,
}


def test_reset_experiment__stopped_and_archived__draft_again_on_the_same_flag(
    client, project, ada, time_machine
):
    verdict = {"conclusion": "won", "conclusion_comment": "Good"}
    experiment = make_stopped(project, ada, archived=True, **verdict)
    before = client.get(member(experiment)).json()
    flag = FeatureFlag.objects.values().get()
    time_machine.move_to(NOW, tick=False)

    response = client.post(step(experiment, "reset"))

    assert response.status_code == 200
    assert response.json() == before | EMPTY | {"status": "draft", "updated_at": NOW_ON_THE_WIRE}
    assert client.get(member(experiment)).json() == response.json()
    assert {name: getattr(Experiment.objects.get(), name) for name in EMPTY} == EMPTY
    assert Experiment.objects.get().status == "draft"
    assert FeatureFlag.objects.values().get() == flag
    assert flag["active"] is True


@pytest.mark.parametrize("make", [make_running, make_paused])
def test_reset_experiment__running__draft_again_and_flag_as_it_was(client, project, ada, make):
    experiment = make(project, ada)
    flag = FeatureFlag.objects.values().get()

    response = client.post(step(experiment, "reset"))

    assert response.json()["status"] == "draft"
    assert FeatureFlag.objects.values().get() == flag


def test_reset_experiment__metrics_cohort_and_holdout__unchanged(client, project, ada, holdout):
    kept = {"metrics": [MEAN_METRIC], "metrics_secondary": [FUNNEL_METRIC], "holdout": holdout}
    experiment = make_running(project, ada, **kept)
    cohort = factories.make_cohort(project, ada)
    Experiment.objects.update(exposure_cohort=cohort)

    client.post(step(experiment, "reset"))

    stored = Experiment.objects.get()
    assert stored.exposure_cohort == cohort
    assert {name: getattr(stored, name) for name in kept} == {
        name: getattr(experiment, name) for name in kept
    }


def test_reset_experiment__draft__refused(client, project, ada):
    experiment = make_experiment(project, ada)
    before = everything()

    response = client.post(step(experiment, "reset"))

    assert_invalid(response, None)
    assert everything() == before


def test_reset_experiment__then_launched__runs_from_then(client, project, ada, time_machine):
    experiment = make_stopped(project, ada)
    time_machine.move_to(NOW, tick=False)

    client.post(step(experiment, "reset"))
    response = client.post(step(experiment, "launch"))

    assert response.json()["start_date"] == NOW_ON_THE_WIRE
    assert response.json()["end_date"] is None


def test_reset_experiment__then_changed_like_a_draft__accepted(client, project, ada, holdout):
    experiment = make_running(project, ada)
    client.post(step(experiment, "reset"))

    response = client.patch(member(experiment), {"holdout_id": holdout.pk, "type": "web"})

    assert response.status_code == 200
    assert response.json()["holdout_id"] == holdout.pk
