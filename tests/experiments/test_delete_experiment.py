import pytest

from experiments.models import Experiment
from feature_flags.models import FeatureFlag
from tests import factories
from tests.assertions import assert_error, assert_invalid
from tests.experiments.database_rows import everything
from tests.experiments.paths import collection, member
from tests.looping import in_one_test


def test_delete_experiment__patch_deleted__hidden_but_kept(client, project, experiment):
    response = client.patch(member(experiment), {"deleted": True})

    assert response.status_code == 200
    assert response.json()["deleted"] is True
    assert Experiment.objects.get().deleted is True
    assert FeatureFlag.objects.get().deleted is False
    assert client.get(collection(project)).json()["count"] == 0
    assert_error(client.get(member(experiment)), 404, "not_found")


def test_delete_experiment__delete_method__not_allowed(client, experiment):
    before = everything()

    response = client.delete(member(experiment))

    assert_error(response, 405, "method_not_allowed")
    assert "deleted" in response.json()["detail"]
    assert response.headers["Allow"] == "GET, PUT, PATCH, HEAD, OPTIONS"
    assert everything() == before


def test_delete_experiment__delete_of_the_collection__refused(client, project, experiment):
    response = client.delete(collection(project))

    assert_error(response, 403, "permission_denied")
    assert Experiment.objects.filter(deleted=False).count() == 1


@pytest.mark.parametrize("method", ["patch", "put"])
def test_delete_experiment__change_of_a_deleted_one__not_found(client, project, ada, method):
    experiment = factories.make_experiment(project, ada, deleted=True)
    before = everything()

    response = getattr(client, method)(
        member(experiment), {"name": "New", "feature_flag_key": experiment.feature_flag.key}
    )

    assert_error(response, 404, "not_found")
    assert everything() == before


def test_delete_experiment__deleted_again__not_found(client, project, ada):
    experiment = factories.make_experiment(project, ada, deleted=True)

    response = client.patch(member(experiment), {"deleted": True})

    assert_error(response, 404, "not_found")


@pytest.mark.parametrize("value", [False, "false", "False", "0", 0, None, "no", ""], ids=repr)
def test_restore_experiment__deleted_is_falsy__back_again(client, project, ada, value):
    experiment = factories.make_experiment(project, ada, deleted=True)

    response = client.patch(member(experiment), {"deleted": value})

    assert response.status_code == 200
    assert response.json()["deleted"] is False
    assert Experiment.objects.get().deleted is False
    assert client.get(collection(project)).json()["count"] == 1


def test_restore_experiment__with_other_fields__all_changed(client, project, ada):
    experiment = factories.make_experiment(project, ada, deleted=True)

    response = client.patch(member(experiment), {"deleted": False, "name": "Again"})

    assert response.status_code == 200
    assert (response.json()["name"], response.json()["deleted"]) == ("Again", False)


def test_restore_experiment__form__back_again(client, project, ada):
    experiment = factories.make_experiment(project, ada, deleted=True)

    response = client.patch(
        member(experiment), b"deleted=false", content_type="application/x-www-form-urlencoded"
    )

    assert response.status_code == 200
    assert response.json()["deleted"] is False


def test_restore_experiment__flag_is_deleted__refused(client, project, ada):
    experiment = factories.make_experiment(project, ada, deleted=True)
    FeatureFlag.objects.update(deleted=True)
    before = everything()

    response = client.patch(member(experiment), {"deleted": False})

    assert_invalid(response, None)
    assert everything() == before


@pytest.mark.parametrize("value", [[], {}, "maybe", 2, [False]], ids=repr)
def test_restore_experiment__deleted_is_nonsense__not_found(client, project, ada, value):
    experiment = factories.make_experiment(project, ada, deleted=True)

    response = client.patch(member(experiment), {"deleted": value})

    assert_error(response, 404, "not_found")
    assert Experiment.objects.get().deleted is True


def test_restore_experiment__not_deleted__nothing_happens(client, experiment):
    response = client.patch(member(experiment), {"deleted": False})

    assert response.status_code == 200
    assert response.json()["deleted"] is False


def test_delete_experiment__no_key__refused(anonymous, experiment):
    response = anonymous.delete(member(experiment))

    assert_error(response, 401, "not_authenticated")


def test_delete_experiment__key_that_only_reads__refused(reader, experiment):
    response = reader.delete(member(experiment))

    assert_error(response, 403, "permission_denied")


def test_delete_experiment__foreign_project__refused(outsider, experiment):
    response = outsider.delete(member(experiment))

    assert_error(response, 403, "permission_denied")


@in_one_test("reference", ["987654", "abc", "9999999999999999999"])
def test_delete_experiment__unknown_project__not_found(client, experiment, reference):
    response = client.delete(f"{collection(reference)}{experiment.pk}/")

    assert_error(response, 404, "not_found")
