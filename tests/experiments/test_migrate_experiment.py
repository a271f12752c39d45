"""migrate/: a copy of an experiment whose legacy metrics are of the current kind."""

from datetime import UTC, datetime

import pytest

from experiments.models import Experiment
from feature_flags.models import FeatureFlag
from saved_metrics.models import SavedMetric
from tests import factories
from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient
from tests.experiments.database_rows import everything
from tests.experiments.legacy import PAID, funnels, trends
from tests.experiments.paths import collection, member

END = datetime(2024, 2, 1, tzinfo=UTC)


@pytest.fixture
def shared(project, ada, make_legacy):
    """An experiment that links a legacy saved metric."""
    query = trends(uuid="s")
    metric = factories.make_saved_metric(project, ada, query=query, description="Why", tags=["x"])
    experiment = make_legacy()
    factories.link_saved_metric(experiment, metric)
    return experiment


def test_migrate__copy__asks_the_same_of_the_same_flag(project, ada, make_legacy, copy_of):
    holdout = factories.make_holdout(project, ada)
    values = {"description": "Why", "holdout": holdout, "end_date": END, "conclusion": "won"}
    original = make_legacy(trends(), secondary=[funnels()], **values)

    copy = copy_of(original)

    assert copy["id"] != original.pk
    assert copy["name"] == f"{original.name} (Copy)"
    assert copy["feature_flag"]["id"] == original.feature_flag_id
    assert (copy["status"], copy["conclusion"]) == ("stopped", "won")
    assert (copy["description"], copy["holdout_id"]) == ("Why", holdout.pk)
    assert copy["start_date"] == "2024-01-01T00:00:00Z"


def test_migrate__several_metrics__in_their_order_and_list(make_legacy, copy_of):
    copy = copy_of(make_legacy(trends("a"), trends("c"), secondary=[funnels("b")]))

    assert copy["primary_metrics_ordered_uuids"] == ["c", "a"]
    assert [each["uuid"] for each in copy["metrics_secondary"]] == ["b"]


def test_migrate__either__names_the_other(make_legacy, copy_of):
    original = make_legacy(trends())

    copy = copy_of(original)

    original.refresh_from_db()
    assert copy["stats_config"]["migrated_from"] == original.pk
    assert original.stats_config["migrated_to"] == copy["id"]
    assert original.metrics == [trends()]


def test_duplicate__migrated_experiment__names_no_other_one(client, project, make_legacy, copy_of):
    copy = copy_of(make_legacy(trends()))

    response = client.post(f"{collection(project)}{copy['id']}/duplicate/")

    assert response.json()["stats_config"] == {
        name: value for name, value in copy["stats_config"].items() if name != "migrated_from"
    }


def test_migrate__flag__stays_as_it_is(make_legacy, copy_of):
    original = make_legacy(trends())
    flag = FeatureFlag.objects.filter(pk=original.feature_flag_id).values()
    before = flag.get()

    copy_of(original)

    assert flag.get() == before


def test_migrate__shared_metric__new_one_linked_in_its_place(shared, copy_of):
    copy = copy_of(shared)

    [link] = copy["saved_metrics"]
    made = SavedMetric.objects.get(pk=link["saved_metric"])
    assert (made.name, made.description, made.tags) == ("Revenue (migrated)", "Why", ["x"])
    assert (made.query["metric_type"], made.query["source"]) == ("mean", PAID)
    assert link["metadata"] == {"type": "primary"}
    assert copy["primary_metrics_ordered_uuids"] == [made.query["uuid"]]


def test_migrate__shared_metric__stays_with_the_original(shared, copy_of):
    copy_of(shared)

    [link] = shared.saved_metric_links.all()
    assert link.saved_metric.query == trends(uuid="s")


def test_migrate__shared_metric_without_counterpart__refused_by_name(shared, migrate):
    SavedMetric.objects.update(query=trends(uuid="s", samplingFactor=0.5))
    before = everything()

    response = migrate(shared)

    assert_invalid(response, "saved_metrics_ids")
    assert "samplingFactor" in response.json()["detail"]
    assert everything() == before


def test_migrate__shared_metric_of_the_current_kind__linked_itself(
    project, ada, make_legacy, copy_of
):
    metric = factories.make_saved_metric(project, ada)
    experiment = make_legacy(trends())
    factories.link_saved_metric(experiment, metric)

    [link] = copy_of(experiment)["saved_metrics"]

    assert link["saved_metric"] == metric.pk


def test_migrate__again__the_first_copy(shared, copy_of):
    first = copy_of(shared)
    before = everything()

    assert copy_of(shared)["id"] == first["id"]
    assert everything() == before


def test_migrate__copy_deleted__another_one(client, make_legacy, copy_of):
    original = make_legacy(trends())
    first = copy_of(original)
    Experiment.objects.filter(pk=first["id"]).update(deleted=True)

    assert copy_of(original)["id"] not in (first["id"], original.pk)


def test_migrate__no_legacy_metrics__refused(migrate, experiment):
    assert_invalid(migrate(experiment), None)


def test_migrate__flag_deleted__refused(make_legacy, migrate):
    original = make_legacy(trends())
    FeatureFlag.objects.update(deleted=True)

    assert_invalid(migrate(original), None)


def test_migrate__history__tells_of_both(client, make_legacy, copy_of):
    original = make_legacy(trends())

    copy = copy_of(original)

    def told(pk):
        url = f"/api/projects/{original.project_id}/experiments/{pk}/activity/"
        return [each["activity"] for each in client.get(url).json()["results"]]

    assert told(copy["id"]) == ["created"]
    assert told(original.pk)[0] == "updated"


def test_migrate__other_state_expected__refused(client, make_legacy, migrate):
    original = make_legacy(trends())
    etag = client.get(member(original)).headers["ETag"]
    assert client.patch(member(original), {"name": "New"}).status_code == 200

    assert migrate(original, headers={"If-Match": etag}).status_code == 412


def test_migrate__expected_state__copied(client, make_legacy, migrate):
    original = make_legacy(trends())
    etag = client.get(member(original)).headers["ETag"]

    assert migrate(original, headers={"If-Match": etag}).status_code == 200


def test_migrate__same_idempotency_key__same_answer(make_legacy, migrate):
    original = make_legacy(trends())
    answers = [migrate(original, headers={"Idempotency-Key": "k"}) for _ in range(2)]

    assert answers[0].json() == answers[1].json()


@pytest.mark.parametrize("key", ["feature_flag.update", "feature_flag.enable", "experiment.update"])
def test_migrate__policies_about_flags__not_asked(make_legacy, copy_of, govern, key):
    original = make_legacy(trends())
    govern(key)

    assert copy_of(original)["status"] == "running"


def test_migrate__key_that_only_reads__refused(make_legacy, migrate, ada):
    reader = DocumentedClient(factories.make_key(ada, "experiment:read"))

    assert_error(migrate(make_legacy(trends()), api=reader), 403, "permission_denied")
