import pytest

from feature_flags.models import FeatureFlag, FlagDependency
from tests import factories
from tests.assertions import assert_invalid
from tests.feature_flags.paths import flags_of, path_of
from tests.looping import in_one_test


def needing(*references: object) -> dict:
    properties = [
        {"key": str(key), "type": "flag", "operator": "flag_evaluates_to", "value": True}
        for key in references
    ]
    return {"groups": [{"properties": properties, "rollout_percentage": 100}]}


@pytest.fixture
def needed(project):
    return factories.make_flag(project, "needed")


@pytest.fixture
def dependent(client, project, needed):
    body = {"key": "dependent", "filters": needing(needed.pk)}
    pk = client.post(flags_of(project), body).json()["id"]
    return FeatureFlag.objects.get(pk=pk)


def test_flag_dependencies__on_an_active_flag__stored(dependent, needed):
    assert dependent.filters["groups"][0]["properties"][0]["key"] == str(needed.pk)
    assert FlagDependency.objects.get().flag == dependent
    assert FlagDependency.objects.get().needed == needed


@in_one_test("reference", ["needed", "999", "-1", "9" * 30, "1.0"])
def test_flag_dependencies__on_no_flag__refused(client, project, needed, reference):
    body = {"key": "dependent", "filters": needing(reference)}

    assert_invalid(client.post(flags_of(project), body), "filters")
    assert FlagDependency.objects.count() == 0


@pytest.mark.parametrize("values", [{"active": False}, {"deleted": True}], ids=str)
def test_flag_dependencies__on_a_flag_that_is_off__refused(client, project, values):
    off = factories.make_flag(project, **values)

    response = client.post(flags_of(project), {"key": "d", "filters": needing(off.pk)})

    assert_invalid(response, "filters")


def test_flag_dependencies__on_a_flag_of_another_project__refused(client, project, foreign_project):
    foreign = factories.make_flag(foreign_project)

    response = client.post(flags_of(project), {"key": "d", "filters": needing(foreign.pk)})

    assert_invalid(response, "filters")


def test_flag_dependencies__on_itself__refused(client, needed):
    assert_invalid(client.patch(path_of(needed), {"filters": needing(needed.pk)}), "filters")


def test_flag_dependencies__in_a_circle__refused(client, project, needed, dependent):
    body = {"key": "third", "filters": needing(dependent.pk)}
    third = client.post(flags_of(project), body).json()["id"]

    for pk in (dependent.pk, third):
        assert_invalid(client.patch(path_of(needed), {"filters": needing(pk)}), "filters")


def test_flag_dependencies__replaced__old_one_forgotten(client, project, needed, dependent):
    other = factories.make_flag(project)

    client.patch(path_of(dependent), {"filters": needing(other.pk, other.pk)})

    assert [row.needed for row in FlagDependency.objects.all()] == [other]
    assert client.patch(path_of(needed), {"active": False}).status_code == 200


def test_flag_dependencies__of_a_flag_that_went_off__stays_in_updates(client, needed, dependent):
    FeatureFlag.objects.filter(pk=needed.pk).update(active=False)

    response = client.patch(path_of(dependent), {"filters": needing(needed.pk), "name": "New"})

    assert response.status_code == 200


@in_one_test("changes", [{"active": False}, {"deleted": True}], ids=str)
def test_flag_dependencies__needed_flag_switched_off__refused(client, needed, dependent, changes):
    response = client.patch(path_of(needed), changes)

    assert_invalid(response, None)
    assert f"dependent ({dependent.pk})" in response.json()["detail"]
    needed.refresh_from_db()
    assert (needed.active, needed.deleted, needed.version) == (True, False, 1)


@pytest.mark.parametrize("changes", [{"active": False}, {"deleted": True}], ids=str)
def test_flag_dependencies__dependent_off_first__switched_off(client, needed, dependent, changes):
    client.patch(path_of(dependent), {"active": False})

    assert client.patch(path_of(needed), changes).status_code == 200


def test_flag_dependencies__switched_on_while_the_needed_one_is_off__refused(
    client, needed, dependent
):
    client.patch(path_of(dependent), {"active": False})
    client.patch(path_of(needed), {"active": False})

    assert_invalid(client.patch(path_of(dependent), {"active": True}), None)
    client.patch(path_of(needed), {"active": True})
    assert client.patch(path_of(dependent), {"active": True}).status_code == 200


def test_flag_dependencies__restored_while_the_needed_one_is_off__refused(
    client, needed, dependent
):
    client.patch(path_of(dependent), {"deleted": True})
    client.patch(path_of(needed), {"active": False})

    assert_invalid(client.patch(path_of(dependent), {"deleted": False}), None)


def test_flag_dependencies__experiment_paused__refused(client, project, ada):
    experiment = factories.make_experiment(project, ada)
    path = f"/api/projects/{project.pk}/experiments/{experiment.pk}/"
    client.post(f"{path}launch/")
    body = {"key": "d", "filters": needing(experiment.feature_flag_id)}
    client.post(flags_of(project), body)

    assert_invalid(client.post(f"{path}pause/"), None)
