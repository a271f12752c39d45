import pytest

from activity.models import ActivityLog
from tests import factories
from tests.assertions import assert_invalid
from tests.feature_flags.paths import flags_of, path_of


def _experiment_on_deleted(project, ada):
    experiment = factories.make_experiment(project, ada, feature_flag_key="new-menu")
    return factories.change_experiment(experiment, ada, deleted=True)


def test_delete_flag__unused__hidden_and_its_key_free(client, project):
    flag = factories.make_flag(project, "new-menu")

    response = client.patch(path_of(flag), {"deleted": True})

    assert response.status_code == 200
    assert (response.json()["deleted"], response.json()["key"]) == (True, "new-menu")
    assert client.get(flags_of(project)).json()["count"] == 0
    assert client.post(flags_of(project), {"key": "new-menu"}).status_code == 201


def test_delete_flag__unused__told_in_the_history(client, project):
    flag = factories.make_flag(project)

    client.patch(path_of(flag), {"deleted": True})
    client.patch(path_of(flag), {"deleted": False})

    told = ActivityLog.objects.order_by("created_at").values_list("activity", flat=True)
    assert list(told) == ["deleted", "restored"]


def test_delete_flag__experiment_on_it__refused_and_named(client, project, ada):
    experiment = factories.make_experiment(project, ada)

    response = client.patch(path_of(experiment.feature_flag), {"deleted": True})

    assert_invalid(response, "deleted")
    assert f"Checkout ({experiment.pk})" in response.json()["detail"]
    experiment.feature_flag.refresh_from_db()
    assert not experiment.feature_flag.deleted


def test_delete_flag__deleted_experiment_on_it__renamed(client, project, ada):
    flag = _experiment_on_deleted(project, ada).feature_flag

    body = client.patch(path_of(flag), {"deleted": True}).json()

    assert body["key"] == f"new-menu:deleted:{flag.pk}"


def test_delete_flag__restored__has_its_key_again(client, project, ada):
    flag = _experiment_on_deleted(project, ada).feature_flag
    client.patch(path_of(flag), {"deleted": True})

    body = client.patch(path_of(flag), {"deleted": False}).json()

    assert (body["key"], body["deleted"]) == ("new-menu", False)


def test_delete_flag__restored_while_the_key_is_taken__numbered(client, project, ada):
    flag = _experiment_on_deleted(project, ada).feature_flag
    client.patch(path_of(flag), {"deleted": True})
    for key in ("new-menu", "new-menu-2"):
        factories.make_flag(project, key)

    body = client.patch(path_of(flag), {"deleted": False}).json()

    assert body["key"] == "new-menu-3"


def test_delete_flag__deleted_again__nothing_renamed(client, project):
    flag = factories.make_flag(project, "new-menu", deleted=True)

    body = client.patch(path_of(flag), {"deleted": True}).json()

    assert body["key"] == "new-menu"


def test_delete_flag__edited_while_deleted__stays_deleted(client, project):
    flag = factories.make_flag(project, deleted=True)

    body = client.patch(path_of(flag), {"name": "Menu"}).json()

    assert (body["name"], body["deleted"]) == ("Menu", True)


def test_delete_flag__renamed_with_it__new_key_freed(client, project, ada):
    flag = _experiment_on_deleted(project, ada).feature_flag

    body = client.patch(path_of(flag), {"deleted": True, "key": "menu"}).json()

    assert body["key"] == f"menu:deleted:{flag.pk}"


@pytest.mark.parametrize("is_deleted", [True, False], ids=["deleted before", "deleted with it"])
def test_delete_flag__renamed_to_no_key__refused(client, project, is_deleted):
    flag = factories.make_flag(project, "new-menu", deleted=is_deleted)

    response = client.patch(path_of(flag), {"deleted": True, "key": "a b"})

    assert_invalid(response, "key", "invalid_key")


def test_delete_flag__renamed_to_the_key_of_another_deleted__accepted(client, project):
    factories.make_flag(project, "menu")
    flag = factories.make_flag(project, "new-menu", deleted=True)

    assert client.patch(path_of(flag), {"key": "menu"}).json()["key"] == "menu"


@pytest.mark.parametrize(
    ("key", "code"), [("a b", "invalid_key"), ("taken", "unique")], ids=lambda value: value
)
def test_delete_flag__restored_under_an_unusable_key__refused(client, project, key, code):
    factories.make_flag(project, "taken")
    flag = factories.make_flag(project, "new-menu", deleted=True)

    assert_invalid(client.patch(path_of(flag), {"deleted": False, "key": key}), "key", code)


def test_delete_flag__restored_under_another_key__has_that_key(client, project):
    flag = factories.make_flag(project, "new-menu", deleted=True)

    body = client.patch(path_of(flag), {"deleted": False, "key": "menu"}).json()

    assert (body["key"], body["deleted"]) == ("menu", False)


def test_delete_flag__read_and_sent_back_to_restore__has_its_key_again(client, project, ada):
    flag = _experiment_on_deleted(project, ada).feature_flag
    seen = client.patch(path_of(flag), {"deleted": True}).json()

    body = client.put(path_of(flag), seen | {"deleted": False}).json()

    assert (body["key"], body["deleted"]) == ("new-menu", False)
