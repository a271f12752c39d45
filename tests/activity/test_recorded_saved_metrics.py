from saved_metrics.models import SavedMetric
from tests import factories
from tests.activity.history import changed, entries, said
from tests.assertions import assert_invalid
from tests.client import DocumentedClient
from tests.factories import FUNNEL_METRIC, MEAN_METRIC

SUBJECT = "ExperimentSavedMetric"


def url(project, pk=None):
    tail = "" if pk is None else f"{pk}/"
    return f"/api/projects/{project.pk}/experiment_saved_metrics/{tail}"


def test_saved_metric__life_in_several_hands__each_step_told(client, grace, project):
    other = DocumentedClient(factories.make_key(grace))
    body = {"name": "Revenue", "query": MEAN_METRIC}

    pk = client.post(url(project), body).json()["id"]
    other.patch(url(project, pk), {"name": "Income", "description": "All of it"})
    client.delete(url(project, pk))

    made, changed_entry, gone = entries(project)
    assert [said(entry) for entry in (made, changed_entry, gone)] == [
        ("ada@example.com", "created", SUBJECT),
        ("grace@example.com", "updated", SUBJECT),
        ("ada@example.com", "deleted", SUBJECT),
    ]
    assert {(entry.scope, entry.item_id) for entry in (made, changed_entry, gone)} == {
        ("Experiment", str(pk))
    }
    assert changed(changed_entry) == {
        "name": ("Revenue", "Income"),
        "description": (None, "All of it"),
    }
    assert made.detail == gone.detail | {"name": "Revenue"}
    assert gone.detail == {
        "name": "Income",
        "short_id": None,
        "type": "shared_metric",
        "trigger": None,
        "changes": None,
    }


def test_saved_metric__description_set__change_names_its_kind(client, project, saved_metric):
    client.patch(url(project, saved_metric.pk), {"description": "All of it"})

    assert entries(project)[-1].detail["changes"] == [
        {
            "type": SUBJECT,
            "action": "created",
            "field": "description",
            "before": None,
            "after": "All of it",
        }
    ]


def test_saved_metric__another_query__told_whole(client, project, saved_metric):
    before = saved_metric.query

    client.patch(url(project, saved_metric.pk), {"query": FUNNEL_METRIC})

    after = SavedMetric.objects.get().query
    assert changed(entries(project)[-1]) == {"query": (before, after)}


def test_saved_metric__tags_with_a_name__both_told(client, project, saved_metric):
    client.patch(url(project, saved_metric.pk), {"name": "Income", "tags": ["money"]})

    assert changed(entries(project)[-1]) == {
        "name": ("Revenue", "Income"),
        "tags": ([], ["money"]),
    }


def test_saved_metric__same_values_again__nothing_told(client, project, saved_metric):
    client.patch(
        url(project, saved_metric.pk), {"name": saved_metric.name, "query": saved_metric.query}
    )

    assert [entry.activity for entry in entries(project)] == ["created"]


def test_saved_metric__change_refused__nothing_told(client, project, saved_metric):
    response = client.patch(url(project, saved_metric.pk), {"name": "Income", "query": {}})

    assert_invalid(response, None)
    assert [entry.activity for entry in entries(project)] == ["created"]


def test_saved_metric__creation_refused__nothing_told(client, project):
    response = client.post(url(project), {"name": "Revenue", "query": {}})

    assert_invalid(response, None)
    assert entries(project) == []


def test_saved_metric__gone_with_links__experiment_not_told(client, ada, project, saved_metric):
    factories.make_experiment(project, ada, saved_metrics_ids=[{"id": saved_metric.pk}])
    before = len(entries(project))

    client.delete(url(project, saved_metric.pk))

    assert [said(entry)[1:] for entry in entries(project)[before:]] == [("deleted", SUBJECT)]
