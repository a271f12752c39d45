from experiments.models import Experiment
from feature_flags.models import FeatureFlag
from tests.assertions import assert_invalid
from tests.experiments.database_rows import everything
from tests.experiments.lifecycle import NOW, NOW_ON_THE_WIRE, make_running, make_stopped, step
from tests.experiments.paths import collection, member
from tests.factories import make_experiment
from tests.looping import in_one_test


def test_unarchive_experiment__archived__back_in_the_list_and_else_the_same(
    client, project, ada, time_machine
):
    experiment = make_stopped(project, ada, archived=True, conclusion="won")
    before = client.get(member(experiment)).json()
    flag = FeatureFlag.objects.values().get()
    time_machine.move_to(NOW, tick=False)

    response = client.post(step(experiment, "unarchive"))

    assert response.status_code == 200
    assert response.json() == before | {"archived": False, "updated_at": NOW_ON_THE_WIRE}
    assert client.get(member(experiment)).json() == response.json()
    assert client.get(collection(project)).json()["count"] == 1
    assert Experiment.objects.get().archived is False
    assert FeatureFlag.objects.values().get() == flag


def test_unarchive_experiment__archived_and_back_twice__each_time(client, project, ada):
    experiment = make_stopped(project, ada)

    for name, archived in [("archive", True), ("unarchive", False)] * 2:
        response = client.post(step(experiment, name))

        assert response.json()["archived"] is archived


def test_unarchive_experiment__archived_draft__unarchived(client, project, ada):
    experiment = make_experiment(project, ada, archived=True)

    response = client.post(step(experiment, "unarchive"))

    assert response.json()["archived"] is False


@in_one_test("make", [make_experiment, make_running, make_stopped])
def test_unarchive_experiment__not_archived__refused(client, project, ada, make):
    experiment = make(project, ada)
    before = everything()

    response = client.post(step(experiment, "unarchive"))

    assert_invalid(response, None)
    assert everything() == before
