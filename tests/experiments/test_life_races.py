import pytest

from experiments.models import Experiment, ExperimentSavedMetric
from feature_flags.models import FeatureFlag
from saved_metrics.models import SavedMetric
from tenants.models import Project
from tests import factories
from tests.approvals.concurrency import at_once, holding
from tests.assertions import assert_error
from tests.experiments.legacy import trends
from tests.experiments.paths import member

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("_many_writers"),
]
# Who comes first is chance.
several_times = pytest.mark.parametrize("attempt", range(3))


@pytest.fixture
def launch(client, experiment):
    return lambda: client.post(f"{member(experiment)}launch/")


def _statuses(answers):
    return [answer.status_code for answer in answers]


@several_times
def test_races__launched_and_ended__one_after_the_other(client, experiment, launch, attempt):
    launched, ended = _statuses(at_once(launch, lambda: client.post(f"{member(experiment)}end/")))

    experiment.refresh_from_db()
    assert launched == 200
    # A draft cannot end: whoever came first is told so.
    assert (ended, experiment.status) in ((200, "stopped"), (400, "running"))


def test_races__launched_twice__once(launch):
    assert sorted(_statuses(at_once(launch, launch))) == [200, 400]


@several_times
def test_races__holdout_edited_while_launched__flag_has_both(
    client, project, ada, holdout, attempt
):
    experiment = factories.make_experiment(project, ada, holdout=holdout)
    path = f"/api/projects/{project.pk}/experiment_holdouts/{holdout.pk}/"
    groups = [{"properties": [], "rollout_percentage": 35}]

    answers = at_once(
        lambda: client.post(f"{member(experiment)}launch/"),
        lambda: client.patch(path, {"filters": groups}),
    )

    assert _statuses(answers) == [200, 200]
    flag = Experiment.objects.get().feature_flag
    assert flag.active
    assert flag.filters["holdout"] == {"id": holdout.pk, "exclusion_percentage": 35}


@several_times
def test_races__saved_metric_deleted_while_attached__no_link_without_it(
    client, project, experiment, saved_metric, attempt
):
    path = f"/api/projects/{project.pk}/experiment_saved_metrics/{saved_metric.pk}/"
    body = {"saved_metrics_ids": [{"id": saved_metric.pk}]}

    attached, deleted = _statuses(
        at_once(lambda: client.patch(member(experiment), body), lambda: client.delete(path))
    )

    assert (attached, deleted) in ((200, 204), (400, 204))
    assert not SavedMetric.objects.exists()
    assert not ExperimentSavedMetric.objects.exists()


def test_races__patched_in_different_fields__all_kept(client, experiment):
    fields = ("name", "description", "conclusion_comment")

    answers = at_once(
        *(lambda name=name: client.patch(member(experiment), {name: "mine"}) for name in fields)
    )

    assert _statuses(answers) == [200, 200, 200]
    experiment.refresh_from_db()
    assert {getattr(experiment, name) for name in fields} == {"mine"}


@several_times
def test_races__restored_while_its_flag_is_deleted__one_of_them(client, ada, experiment, attempt):
    factories.change_experiment(experiment, ada, deleted=True)
    flag = f"/api/projects/{experiment.project_id}/feature_flags/{experiment.feature_flag_id}/"

    restored, deleted = _statuses(
        at_once(
            lambda: client.patch(member(experiment), {"deleted": False}),
            lambda: client.patch(flag, {"deleted": True}),
        )
    )

    assert (restored, deleted) in ((200, 400), (400, 200))
    experiment = Experiment.objects.get()
    assert experiment.deleted == experiment.feature_flag.deleted


def test_races__restored_while_its_project_is_deleted__not_found(client, ada, experiment):
    factories.change_experiment(experiment, ada, deleted=True)
    FeatureFlag.objects.update(deleted=True)

    with holding(
        Project.objects.all().delete,
        lambda: client.patch(member(experiment), {"deleted": False}),
    ) as futures:
        pass

    assert_error(futures[0].result(), 404, "not_found")


@several_times
def test_races__migrated_twice__one_copy(client, project, ada, make_legacy, attempt):
    experiment = make_legacy(trends())
    query = trends(uuid="s")
    factories.link_saved_metric(experiment, factories.make_saved_metric(project, ada, query=query))

    answers = at_once(*[lambda: client.post(f"{member(experiment)}migrate/")] * 2)

    assert _statuses(answers) == [200, 200]
    assert Experiment.objects.count() == SavedMetric.objects.count() == 2
