from approvals.models import ChangeRequest
from experiments.models import Experiment
from tests.experiments.database_rows import everything
from tests.experiments.lifecycle import step
from tests.factories import make_flag, make_project

ENABLE, DISABLE, UPDATE = "feature_flag.enable", "feature_flag.disable", "feature_flag.update"


def test_duplicate_experiment__new_flag__asked_and_made_once_agreed(
    client, experiment, govern, approve
):
    govern(UPDATE)
    before = everything()

    response = client.post(step(experiment, "duplicate"), {"feature_flag_key": "new"})

    assert response.status_code == 409
    assert everything() == before
    assert approve(ChangeRequest.objects.get()) == "applied"
    assert Experiment.objects.latest("pk").feature_flag.key == "new"
    assert Experiment.objects.count() == 2


def test_copy_to_project__policy_of_the_target__asked_there_and_made_once_agreed(
    client, experiment, organization, govern, approve
):
    target = make_project(organization, "Blog")
    govern(UPDATE, project=target)
    before = everything()

    response = client.post(step(experiment, "copy_to_project"), {"target_team_id": target.pk})

    assert response.status_code == 409
    assert everything() == before
    assert ChangeRequest.objects.get().project == target
    assert approve(ChangeRequest.objects.get()) == "applied"
    assert Experiment.objects.latest("pk").project == target


def test_copy_to_project__policy_of_the_source__not_asked(client, experiment, organization, govern):
    target = make_project(organization, "Blog")
    govern(ENABLE, DISABLE, UPDATE)

    response = client.post(step(experiment, "copy_to_project"), {"target_team_id": target.pk})

    assert response.status_code == 201


def test_duplicate_experiment__flag_of_the_project__not_asked(client, project, experiment, govern):
    make_flag(project, "other")
    govern(ENABLE, DISABLE, UPDATE)

    response = client.post(step(experiment, "duplicate"), {"feature_flag_key": "other"})

    assert response.status_code == 201


def test_duplicate_experiment__flag_made_meanwhile__fails(
    client, project, experiment, govern, approve
):
    govern(UPDATE)
    client.post(step(experiment, "duplicate"), {"feature_flag_key": "new"})
    make_flag(project, "new")
    before = everything()

    outcome = approve(ChangeRequest.objects.get())

    assert outcome == "failed"
    assert everything() == before


def test_copy_to_project__original_deleted_meanwhile__fails(
    client, experiment, organization, govern, approve
):
    target = make_project(organization, "Blog")
    govern(UPDATE, project=target)
    client.post(step(experiment, "copy_to_project"), {"target_team_id": target.pk})
    Experiment.objects.update(deleted=True)

    outcome = approve(ChangeRequest.objects.get())

    assert outcome == "failed"
    assert Experiment.objects.count() == 1
