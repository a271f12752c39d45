import pytest

from experiments.models import Experiment
from tests.access_control.refusals import assert_too_low
from tests.concurrency.replays import KEY, assert_replayed


def test_copies__copy_to_a_project_where_one_only_views__refused(
    colleague, give, grace, experiment, sister
):
    give("viewer", to=grace, project=sister)
    url = f"/api/projects/{experiment.project_id}/experiments/{experiment.pk}/copy_to_project/"

    assert_too_low(colleague.post(url, {"target_team_id": sister.pk}))
    assert Experiment.objects.count() == 1


def test_copies__copy_to_a_closed_project__refused(colleague, give, experiment, sister):
    give("none", about="project", row=sister, project=sister)
    url = f"/api/projects/{experiment.project_id}/experiments/{experiment.pk}/copy_to_project/"

    response = colleague.post(url, {"target_team_id": sister.pk})

    assert response.status_code == 403
    assert response.json()["detail"] == "You have no access to the target project."


def test_copies__duplicate_by_who_edits_only_this_one__refused(colleague, give, grace, experiment):
    give("viewer", to=grace)
    give("editor", to=grace, row=experiment)
    url = f"/api/projects/{experiment.project_id}/experiments/{experiment.pk}/"

    assert colleague.patch(url, {"name": "New"}).status_code == 200
    assert_too_low(colleague.post(f"{url}duplicate/"))


@pytest.fixture
def legacy(experiment):
    """The experiment, with a metric of a legacy kind."""
    count = {"kind": "TrendsQuery", "series": [{"kind": "EventsNode", "event": "paid"}]}
    metric = {"kind": "ExperimentTrendsQuery", "uuid": "a", "count_query": count}
    Experiment.objects.update(metrics=[metric], primary_metrics_ordered_uuids=["a"])
    return experiment


def test_copies__migrate_by_who_only_views_it__refused(colleague, give, grace, legacy):
    give("viewer", to=grace, row=legacy)
    url = f"/api/projects/{legacy.project_id}/experiments/{legacy.pk}/migrate/"

    assert_too_low(colleague.post(url))
    assert Experiment.objects.count() == 1


def test_copies__migrate_again_by_who_is_denied_the_copy__refused(
    client, colleague, give, grace, legacy
):
    url = f"/api/projects/{legacy.project_id}/experiments/{legacy.pk}/migrate/"
    copy = Experiment.objects.get(pk=client.post(url).json()["id"])
    give("none", to=grace, row=copy)

    assert_too_low(colleague.post(url))


def test_copies__migration_replayed_to_who_is_denied_the_copy__refused(
    client, colleague, give, grace, legacy
):
    url = f"/api/projects/{legacy.project_id}/experiments/{legacy.pk}/migrate/"
    copy = Experiment.objects.get(pk=client.post(url).json()["id"])
    first = colleague.post(url, headers=KEY)
    assert_replayed(colleague.post(url, headers=KEY), first)
    give("none", to=grace, row=copy)

    assert_too_low(colleague.post(url, headers=KEY))
