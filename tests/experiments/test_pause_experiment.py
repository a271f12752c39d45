from experiments.models import Experiment
from tests.assertions import assert_invalid
from tests.experiments.database_rows import everything
from tests.experiments.lifecycle import (
    NOW,
    NOW_ON_THE_WIRE,
    START,
    make_paused,
    make_running,
    make_stopped,
    step,
)
from tests.experiments.paths import collection, member
from tests.factories import MEAN_METRIC, make_experiment


def test_pause_experiment__running__only_its_flag_is_switched_off(
    client, project, ada, time_machine
):
    experiment = make_running(project, ada, metrics=[MEAN_METRIC])
    before = client.get(member(experiment)).json()
    time_machine.move_to(NOW, tick=False)

    response = client.post(step(experiment, "pause"))

    assert response.status_code == 200
    flag = before["feature_flag"] | {"active": False, "version": 2}
    assert response.json() == before | {"updated_at": NOW_ON_THE_WIRE, "feature_flag": flag}
    assert client.get(member(experiment)).json() == response.json()
    stored = Experiment.objects.get()
    assert (stored.start_date, stored.end_date, stored.status) == (START, None, "running")
    assert (stored.feature_flag.active, stored.feature_flag.version) == (False, 2)
    assert stored.feature_flag.updated_at == NOW


def test_pause_experiment__paused_already__refused(client, project, ada):
    experiment = make_paused(project, ada)
    before = everything()

    response = client.post(step(experiment, "pause"))

    assert_invalid(response, None)
    assert everything() == before


def test_pause_experiment__draft__refused(client, project, ada):
    experiment = make_experiment(project, ada)
    before = everything()

    response = client.post(step(experiment, "pause"))

    assert_invalid(response, None)
    assert everything() == before


def test_pause_experiment__stopped__refused(client, project, ada):
    experiment = make_stopped(project, ada)
    before = everything()

    response = client.post(step(experiment, "pause"))

    assert_invalid(response, None)
    assert everything() == before


def test_pause_experiment__in_the_list__paused_and_not_running(client, project, ada):
    experiment = make_running(project, ada)

    client.post(step(experiment, "pause"))

    running = client.get(collection(project), {"status": "running"}).json()
    paused = client.get(collection(project), {"status": "paused"}).json()
    assert running["count"] == 0
    assert [found["id"] for found in paused["results"]] == [experiment.pk]
