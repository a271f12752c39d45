import pytest
from django.utils import timezone

from core.exceptions import NotFound
from saved_metrics.models import SavedMetric
from saved_metrics.services import delete_saved_metric
from tests import factories
from tests.assertions import assert_error
from tests.looping import in_one_test


def _url(project, reference):
    return f"/api/projects/{project.pk}/experiment_saved_metrics/{reference}/"


def test_delete_saved_metric__own__gone(client, project, ada, saved_metric):
    other = factories.make_saved_metric(project, ada)

    response = client.delete(_url(project, saved_metric.pk))

    assert response.status_code == 204
    assert response.content == b""
    assert list(SavedMetric.objects.all()) == [other]
    assert_error(client.get(_url(project, saved_metric.pk)), 404, "not_found")


def test_delete_saved_metric__no_trailing_slash__gone(client, project, saved_metric):
    response = client.delete(_url(project, saved_metric.pk).rstrip("/"))

    assert response.status_code == 204
    assert not SavedMetric.objects.exists()


def test_delete_saved_metric__legacy__gone(client, project, ada):
    query = {"kind": "ExperimentFunnelsQuery", "funnels_query": {"series": []}}
    metric = factories.make_saved_metric(project, ada, query=query)

    response = client.delete(_url(project, metric.pk))

    assert response.status_code == 204
    assert not SavedMetric.objects.exists()


def test_delete_saved_metric__twice__not_found(client, project, saved_metric):
    client.delete(_url(project, saved_metric.pk))

    response = client.delete(_url(project, saved_metric.pk))

    assert_error(response, 404, "not_found")


def test_delete_saved_metric__service_with_another_project__not_found(
    foreign_project, mallory, saved_metric
):
    with pytest.raises(NotFound):
        delete_saved_metric(
            project=foreign_project,
            saved_metric_id=saved_metric.pk,
            actor=mallory,
            now=timezone.now(),
        )

    assert SavedMetric.objects.exists()


def test_delete_saved_metric__no_key__not_authenticated(anonymous, project, saved_metric):
    response = anonymous.delete(_url(project, saved_metric.pk))

    assert_error(response, 401, "not_authenticated")
    assert SavedMetric.objects.exists()


def test_delete_saved_metric__key_that_may_only_read__forbidden(reader, project, saved_metric):
    response = reader.delete(_url(project, saved_metric.pk))

    assert_error(response, 403, "permission_denied")
    assert SavedMetric.objects.exists()


def test_delete_saved_metric__not_a_member__forbidden(outsider, project, saved_metric):
    response = outsider.delete(_url(project, saved_metric.pk))

    assert_error(response, 403, "permission_denied")
    assert SavedMetric.objects.exists()


def test_delete_saved_metric__unknown_project__not_found(client, saved_metric):
    response = client.delete(f"/api/projects/999999/experiment_saved_metrics/{saved_metric.pk}/")

    assert_error(response, 404, "not_found")
    assert SavedMetric.objects.exists()


@in_one_test("reference", ["999999", "9999999999999999999", "abc"])
def test_delete_saved_metric__unknown_id__not_found(client, project, saved_metric, reference):
    response = client.delete(_url(project, reference))

    assert_error(response, 404, "not_found")
    assert SavedMetric.objects.exists()


def test_delete_saved_metric__of_another_project__not_found(
    client, project, foreign_project, mallory
):
    foreign = factories.make_saved_metric(foreign_project, mallory)

    response = client.delete(_url(project, foreign.pk))

    assert_error(response, 404, "not_found")
    assert SavedMetric.objects.exists()
