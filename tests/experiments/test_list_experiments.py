from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actions.models import Action
from experiments.models import Experiment
from tests import factories
from tests.assertions import assert_error
from tests.client import DocumentedClient
from tests.experiments.paths import collection, member
from tests.looping import in_one_test


def test_list_experiments__one_experiment__shown_whole(client, project, experiment):
    response = client.get(collection(project))

    assert response.status_code == 200
    assert list(response.json()) == ["count", "next", "previous", "results"]
    assert response.json() == {
        "count": 1,
        "next": None,
        "previous": None,
        "results": [client.get(member(experiment)).json()],
    }
    assert response.json()["results"][0]["id"] == Experiment.objects.get().pk


def test_list_experiments__no_experiments__empty_page(client, project):
    response = client.get(collection(project))

    assert response.json() == {"count": 0, "next": None, "previous": None, "results": []}


def test_list_experiments__different_ages__newest_first(client, project, ada):
    old, middle, new = (factories.make_experiment(project, ada) for _ in range(3))
    for days, experiment in enumerate([middle, new, old]):
        created_at = datetime(2024, 1, 10, tzinfo=UTC) - timedelta(days=days)
        Experiment.objects.filter(pk=experiment.pk).update(created_at=created_at)

    response = client.get(collection(project))

    assert _ids(response) == [middle.pk, new.pk, old.pk]


def test_list_experiments__same_age__last_made_first(client, project, ada):
    first, second = (factories.make_experiment(project, ada) for _ in range(2))
    Experiment.objects.update(created_at=datetime(2024, 1, 1, tzinfo=UTC))

    response = client.get(collection(project))

    assert _ids(response) == [second.pk, first.pk]


@pytest.mark.parametrize("field", ["archived", "deleted"])
def test_list_experiments__put_away__not_shown(client, project, ada, experiment, field):
    factories.make_experiment(project, ada, **{field: True})

    response = client.get(collection(project))

    assert response.json()["count"] == 1
    assert _ids(response) == [experiment.pk]


def test_list_experiments__of_another_project__not_shown(
    client, project, experiment, foreign_project, mallory
):
    factories.make_experiment(foreign_project, mallory)

    response = client.get(collection(project))

    assert _ids(response) == [experiment.pk]


def test_list_experiments__limit_and_offset__one_page_and_its_neighbours(client, project, ada):
    experiments = [factories.make_experiment(project, ada) for _ in range(5)]

    response = client.get(collection(project), {"limit": 2, "offset": 2})

    url = f"http://testserver{collection(project)}"
    assert _ids(response) == [experiments[2].pk, experiments[1].pk]
    assert response.json()["count"] == 5
    assert response.json()["next"] == f"{url}?limit=2&offset=4"
    assert response.json()["previous"] == f"{url}?limit=2"


def test_list_experiments__offset_beyond_the_end__empty_page(client, project, experiment):
    response = client.get(collection(project), {"offset": 9999999999999999999})

    assert response.status_code == 200
    assert (response.json()["count"], response.json()["results"]) == (1, [])


@pytest.mark.parametrize(
    "query", [{"limit": "x"}, {"limit": 0}, {"limit": -1}, {"offset": "x"}, {"offset": -1}], ids=str
)
def test_list_experiments__bad_page__default_page(client, project, experiment, query):
    response = client.get(collection(project), query)

    assert response.status_code == 200
    assert _ids(response) == [experiment.pk]


@pytest.mark.parametrize(
    "template",
    [
        "/api/projects/{}/experiments",
        "/api/environments/{}/experiments/",
        "/api/environments/{}/experiments",
    ],
)
def test_list_experiments__other_spelling_of_the_path__same_answer(
    client, project, experiment, template
):
    response = client.get(template.format(project.pk))

    assert response.json() == client.get(collection(project)).json()


@pytest.mark.usefixtures("_no_response_cache")
def test_list_experiments__more_rows__no_more_queries(client, project, ada):
    _make_rich_experiment(project, ada)
    client.get(collection(project))
    with CaptureQueriesContext(connection) as for_one:
        client.get(collection(project))

    for _ in range(4):
        _make_rich_experiment(project, ada)
    with CaptureQueriesContext(connection) as for_five:
        response = client.get(collection(project))

    assert response.json()["count"] == 5
    assert len(for_five) == len(for_one)


def test_list_experiments__key_that_only_reads__shown(reader, project, experiment):
    response = reader.get(collection(project))

    assert _ids(response) == [experiment.pk]


def test_list_experiments__no_key__refused(anonymous, project):
    response = anonymous.get(collection(project))

    assert_error(response, 401, "not_authenticated")


def test_list_experiments__key_without_the_scope__refused(grace, project):
    response = DocumentedClient(factories.make_key(grace, "feature_flag:read")).get(
        collection(project)
    )

    assert_error(response, 403, "permission_denied")


def test_list_experiments__foreign_project__refused(outsider, project, experiment):
    response = outsider.get(collection(project))

    assert_error(response, 403, "permission_denied")


@in_one_test("reference", ["987654", "abc", "9999999999999999999"])
def test_list_experiments__unknown_project__not_found(client, reference):
    response = client.get(collection(reference))

    assert_error(response, 404, "not_found")


def _ids(response) -> list[int]:
    return [experiment["id"] for experiment in response.json()["results"]]


def _make_rich_experiment(project, ada) -> Experiment:
    action = Action.objects.create(project=project, name=f"Paid {Action.objects.count()}")
    node = {"kind": "ActionsNode", "id": action.pk}
    return factories.make_experiment(
        project,
        ada,
        holdout=factories.make_holdout(project, ada),
        metrics=[factories.MEAN_METRIC | {"source": node}],
        saved_metrics_ids=[
            {"id": factories.make_saved_metric(project, ada).pk, "metadata": {"type": kind}}
            for kind in ("primary", "secondary")
        ],
    )
