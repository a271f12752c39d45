import pytest

from experiments.models import Experiment
from feature_flags.models import FeatureFlag
from tests.assertions import assert_invalid
from tests.experiments.paths import collection, member
from tests.experiments.stages import NOW, NOW_ON_THE_WIRE, make_running, make_stopped, step
from tests.experiments.stored import everything
from tests.factories import make_experiment


def test_archive_experiment__stopped__out_of_the_list_and_else_the_same(
    client, project, ada, time_machine
):
    experiment = make_stopped(project, ada, conclusion="won")
    before = client.get(member(experiment)).json()
    flag = FeatureFlag.objects.values().get()
    time_machine.move_to(NOW, tick=False)

    response = client.post(step(experiment, "archive"))

    assert response.status_code == 200
    assert response.json() == before | {"archived": True, "updated_at": NOW_ON_THE_WIRE}
    assert client.get(member(experiment)).json() == response.json()
    assert client.get(collection(project)).json()["count"] == 0
    assert Experiment.objects.get().archived is True
    assert FeatureFlag.objects.values().get() == flag


def test_archive_experiment__archived_already__refused(client, project, ada):
    experiment = make_stopped(project, ada, archived=True)
    before = everything()

    response = client.post(step(experiment, "archive"))

    assert_invalid(response, None)
    assert everything() == before


@pytest.mark.parametrize("make", [make_experiment, make_running], ids=["draft", "running"])
def test_archive_experiment__not_stopped__refused(client, project, ada, make):
    experiment = make(project, ada)
    before = everything()

    response = client.post(step(experiment, "archive"))

    assert_invalid(response, None)
    assert everything() == before


@pytest.mark.parametrize("make", [make_experiment, make_running], ids=["draft", "running"])
def test_archive_experiment__patched_before_it_stopped__archived(client, project, ada, make):
    experiment = make(project, ada)

    response = client.patch(member(experiment), {"archived": True})

    assert response.status_code == 200
    assert Experiment.objects.get().archived is True


@pytest.mark.parametrize("body", [{"archived": False}, {"disable_feature_flag": True}], ids=str)
def test_archive_experiment__body__ignored(client, project, ada, body):
    experiment = make_stopped(project, ada)

    response = client.post(step(experiment, "archive"), body)

    assert response.json()["archived"] is True
    assert FeatureFlag.objects.get().active is True
