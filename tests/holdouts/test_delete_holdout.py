import pytest
from django.utils import timezone

from core.exceptions import NotFound
from holdouts.models import Holdout
from holdouts.services import delete_holdout
from tests import factories
from tests.assertions import assert_error
from tests.looping import in_one_test


def _url(project, reference):
    return f"/api/projects/{project.pk}/experiment_holdouts/{reference}/"


def test_delete_holdout__own__gone(client, project, ada, holdout):
    other = factories.make_holdout(project, ada)

    response = client.delete(_url(project, holdout.pk))

    assert response.status_code == 204
    assert response.content == b""
    assert list(Holdout.objects.all()) == [other]
    assert_error(client.get(_url(project, holdout.pk)), 404, "not_found")


def test_delete_holdout__no_trailing_slash__gone(client, project, holdout):
    response = client.delete(_url(project, holdout.pk).rstrip("/"))

    assert response.status_code == 204
    assert not Holdout.objects.exists()


def test_delete_holdout__twice__not_found(client, project, holdout):
    client.delete(_url(project, holdout.pk))

    response = client.delete(_url(project, holdout.pk))

    assert_error(response, 404, "not_found")


def test_delete_holdout__deleted_meanwhile__not_found(project, holdout, ada):
    holdout_id = holdout.pk
    holdout.delete()

    with pytest.raises(NotFound):
        delete_holdout(project=project, holdout_id=holdout_id, actor=ada, now=timezone.now())


def test_delete_holdout__no_key__not_authenticated(anonymous, project, holdout):
    response = anonymous.delete(_url(project, holdout.pk))

    assert_error(response, 401, "not_authenticated")
    assert Holdout.objects.exists()


def test_delete_holdout__key_that_may_only_read__forbidden(reader, project, holdout):
    response = reader.delete(_url(project, holdout.pk))

    assert_error(response, 403, "permission_denied")
    assert Holdout.objects.exists()


def test_delete_holdout__not_a_member__forbidden(outsider, project, holdout):
    response = outsider.delete(_url(project, holdout.pk))

    assert_error(response, 403, "permission_denied")
    assert Holdout.objects.exists()


def test_delete_holdout__unknown_project__not_found(client, holdout):
    response = client.delete(f"/api/projects/999999/experiment_holdouts/{holdout.pk}/")

    assert_error(response, 404, "not_found")
    assert Holdout.objects.exists()


@in_one_test("reference", ["999999", "9999999999999999999", "abc"])
def test_delete_holdout__unknown_id__not_found(client, project, holdout, reference):
    response = client.delete(_url(project, reference))

    assert_error(response, 404, "not_found")
    assert Holdout.objects.exists()


def test_delete_holdout__of_another_project__not_found(client, project, foreign_project, mallory):
    foreign = factories.make_holdout(foreign_project, mallory)

    response = client.delete(_url(project, foreign.pk))

    assert_error(response, 404, "not_found")
    assert Holdout.objects.exists()
