from experiments.models import Experiment
from feature_flags.models import FeatureFlag
from tests.assertions import assert_invalid
from tests.experiments.database_rows import everything
from tests.experiments.lifecycle import (
    NOW,
    NOW_ON_THE_WIRE,
    START,
    make_paused,
    make_running,
    make_stopped,
    set_flag,
    step,
)
from tests.experiments.paths import member
from tests.factories import MEAN_METRIC, make_experiment, make_flag


def test_resume_experiment__paused__only_its_flag_is_switched_on(
    client, project, ada, time_machine
):
    experiment = make_paused(project, ada, metrics=[MEAN_METRIC])
    before = client.get(member(experiment)).json()
    time_machine.move_to(NOW, tick=False)

    response = client.post(step(experiment, "resume"))

    assert response.status_code == 200
    flag = before["feature_flag"] | {"active": True, "version": 2}
    assert response.json() == before | {"updated_at": NOW_ON_THE_WIRE, "feature_flag": flag}
    assert client.get(member(experiment)).json() == response.json()
    stored = Experiment.objects.get()
    assert (stored.start_date, stored.end_date, stored.status) == (START, None, "running")
    assert (stored.feature_flag.active, stored.feature_flag.version) == (True, 2)


def test_resume_experiment__paused_and_back_twice__each_time(client, project, ada):
    experiment = make_running(project, ada)

    for name, active in [("pause", False), ("resume", True)] * 2:
        response = client.post(step(experiment, name))

        assert response.json()["feature_flag"]["active"] is active


def test_resume_experiment__adopted_an_inactive_flag__activated(client, project, ada):
    make_flag(project, "checkout", active=False)
    experiment = make_running(project, ada, feature_flag_key="checkout")

    response = client.post(step(experiment, "resume"))

    assert response.status_code == 200
    assert FeatureFlag.objects.get().active is True


def test_resume_experiment__not_paused__refused(client, project, ada):
    experiment = make_running(project, ada)
    before = everything()

    response = client.post(step(experiment, "resume"))

    assert_invalid(response, None)
    assert everything() == before


def test_resume_experiment__draft__refused(client, project, ada):
    experiment = make_experiment(project, ada)
    before = everything()

    response = client.post(step(experiment, "resume"))

    assert_invalid(response, None)
    assert everything() == before


def test_resume_experiment__stopped_while_paused__refused(client, project, ada):
    experiment = make_stopped(project, ada)
    set_flag(experiment, active=False)
    before = everything()

    response = client.post(step(experiment, "resume"))

    assert_invalid(response, None)
    assert everything() == before
