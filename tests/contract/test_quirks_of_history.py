import pytest
from django.db import transaction
from django.utils import timezone

from activity.models import ActivityLog
from experiments.services import update_experiment
from tests import factories
from tests.activity.history import changed, entries, log, of_all, of_one
from tests.assertions import assert_error
from tests.factories import make_experiment, make_holdout


def path(row, resource):
    return f"/api/projects/{row.project_id}/{resource}/{row.pk}/"


# Quirk: history-in-the-transaction
def test_update__not_committed_yet__entry_there_and_gone_with_it(experiment, ada):
    before = entries(experiment.project)

    with transaction.atomic():
        update_experiment.in_transaction(
            experiment=experiment, changes={"name": "Till"}, actor=ada, now=timezone.now()
        )
        inside = entries(experiment.project)
        transaction.set_rollback(True)

    assert changed(inside[-1]) == {"name": ("Checkout", "Till")}
    assert entries(experiment.project) == before


# Quirk: history-of-one-resource
def test_activity__holdout_with_the_id_of_an_experiment__apart(client, project, ada):
    experiment = make_experiment(project, ada)
    make_holdout(project, ada)
    # Each database counts as it likes; here all have one id.
    ActivityLog.objects.update(item_id=str(experiment.pk))

    told = client.get(of_one(project, "experiments", experiment.pk)).json()["results"]

    assert [row["detail"]["type"] for row in told] == [None]


def test_activity__page_that_does_not_exist__not_found(client, project):
    assert_error(client.get(f"{of_all(project, 'experiments')}?page=2"), 404, "not_found")


# Quirk: history-shares-a-scope
@pytest.mark.usefixtures("experiment", "holdout", "saved_metric")
def test_activity_log__scope_experiment__holdouts_and_metrics_too(client, project):
    rows = client.get(f"{log(project)}?scope=Experiment").json()["results"]

    assert {row["detail"]["type"] for row in rows} == {None, "holdout", "shared_metric"}
    assert {row["scope"] for row in rows} == {"Experiment"}


# Quirk: relations-have-no-history
def test_activity__another_holdout__told_of_the_flag_only(client, project, experiment, holdout):
    before = len(entries(project))

    client.patch(path(experiment, "experiments"), {"holdout_id": holdout.pk})

    assert "FeatureFlag" in {entry.subject for entry in entries(project)[before:]}
    assert all("holdout" not in changed(entry) for entry in entries(project)[before:])


# Quirk: tags-do-not-touch
def test_activity__only_tags__nothing_told(client, project, saved_metric):
    client.patch(path(saved_metric, "experiment_saved_metrics"), {"tags": ["money"]})

    assert [entry.activity for entry in entries(project)] == ["created"]


# Quirk: nothing-changed-nothing-told
def test_quirks__flag_written_as_it_is__counted_and_not_told(client, project):
    flag = factories.make_flag(project, "checkout")
    url = f"/api/projects/{project.pk}/feature_flags/{flag.pk}/"
    log = f"/api/projects/{project.pk}/activity_log/"

    for name in ("New", "New", "Newer"):
        client.patch(url, {"name": name})

    assert client.get(url).json()["version"] == 4
    for path in (log, f"{url}activity/", f"/api/projects/{project.pk}/feature_flags/activity/"):
        assert len(client.get(path).json()["results"]) == 2
    assert [client.get(f"{url}versions/{n}/").json()["name"] for n in (1, 2, 3, 4)] == [
        *(flag.name, "New", "New", "Newer")
    ]
