import pytest

from approvals.models import ChangeRequest
from experiments.models import Experiment
from feature_flags.models import FeatureFlag
from holdouts.models import Holdout
from tests import factories
from tests.approvals.changes import excluding
from tests.approvals.paths import member


def test_apply__holdout_percentage__holdout_and_all_flags(
    ask, agree, make_policy, holdout, held_experiment, running_experiment
):
    make_policy("experiment_holdout.update")

    body = agree(ask(holdout, excluding(30) | {"name": "Q4"}))

    assert body["result"] == {"resource_id": holdout.pk, "resource_version": None}
    holdout.refresh_from_db()
    assert (holdout.name, holdout.filters[0]["rollout_percentage"]) == ("Q4", 30)
    shares = [flag.filters["holdout"]["exclusion_percentage"] for flag in FeatureFlag.objects.all()]
    assert shares == [30, 30]


def test_apply__holdout_deletion__released(client, agree, make_policy, holdout, held_experiment):
    make_policy("experiment_holdout.delete")
    client.delete(member(holdout))

    body = agree(ChangeRequest.objects.get())

    assert body["result"] == {"resource_id": None, "resource_version": None}
    assert not Holdout.objects.exists()
    assert FeatureFlag.objects.get().filters["holdout"] is None


@pytest.mark.usefixtures("held_experiment")
def test_apply__holdout_joined_by_another_experiment__fails(
    ask, fails, make_policy, project, ada, holdout
):
    make_policy("experiment_holdout.update")
    request = ask(holdout, excluding(30))
    factories.make_experiment(project, ada, holdout=holdout)

    fails(request, "experiments")


@pytest.mark.usefixtures("held_experiment")
def test_apply__holdout_percentage_changed_meanwhile__fails(ask, fails, make_policy, holdout):
    make_policy("experiment_holdout.update")
    request = ask(holdout, excluding(30))
    Holdout.objects.update(filters=excluding(20)["filters"])

    fails(request)


def test_apply__holdout_and_experiment_renamed__applied(
    client, ask, agree, make_policy, holdout, held_experiment
):
    make_policy("experiment_holdout.update")
    request = ask(holdout, excluding(30))
    client.patch(member(holdout), {"name": "Other"})
    client.patch(member(held_experiment), {"name": "Other"})

    assert agree(request)["status"] == "applied"


@pytest.mark.usefixtures("held_experiment")
def test_apply__holdout_gone__fails(ask, fails, make_policy, holdout):
    make_policy("experiment_holdout.update")
    request = ask(holdout, excluding(30))
    Experiment.objects.update(holdout=None)
    holdout.delete()

    fails(request)


@pytest.mark.usefixtures("held_experiment")
def test_apply__holdout_changed_so_already__nothing_left_to_do(ask, agree, make_policy, holdout):
    make_policy("experiment_holdout.update")
    request = ask(holdout, excluding(30) | {"name": "Q4"})
    done = [{**holdout.filters[0], "rollout_percentage": 30}]
    Holdout.objects.update(name="Q4", filters=done)
    before = Holdout.objects.values().get()

    body = agree(request)

    assert body["status"] == "applied"
    assert body["result"] == {"resource_id": holdout.pk, "resource_version": None}
    assert Holdout.objects.values().get() == before


@pytest.mark.usefixtures("held_experiment")
def test_apply__holdout_changed_so_in_part__fails(ask, fails, make_policy, holdout):
    make_policy("experiment_holdout.update")
    request = ask(holdout, excluding(30) | {"name": "Q4"})
    Holdout.objects.update(filters=[{**holdout.filters[0], "rollout_percentage": 30}])

    fails(request)


def test_apply__holdout_deleted_already__nothing_left_to_do(
    client, agree, make_policy, holdout, held_experiment
):
    make_policy("experiment_holdout.delete")
    client.delete(member(holdout))
    Experiment.objects.update(holdout=None)
    Holdout.objects.all().delete()

    body = agree(ChangeRequest.objects.get())

    assert body["status"] == "applied"
    assert body["result"] == {"resource_id": None, "resource_version": None}
