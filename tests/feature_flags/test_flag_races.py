from threading import Barrier

import pytest

from experiments.models import Experiment
from experiments.services import flag_choice
from feature_flags.models import FeatureFlag
from feature_flags.services import update
from tests import factories
from tests.approvals.concurrency import PATIENCE, at_once, holding
from tests.assertions import assert_error
from tests.feature_flags.paths import flags_of, path_of

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("_many_writers"),
]


@pytest.fixture
def flag(project) -> FeatureFlag:
    return factories.make_flag(project, "new-menu")


@pytest.fixture
def create(client, project):
    body = {"name": "Menu", "feature_flag_key": "new-menu"}
    return lambda: client.post(f"/api/projects/{project.pk}/experiments/", body)


def _lock():
    return FeatureFlag.objects.select_for_update().get()


def _statuses(futures):
    return sorted(each.result().status_code for each in futures)


def test_races__two_flags_with_one_key__one_made(client, project, monkeypatch):
    look, barrier = update.check_new_key, Barrier(2)

    def look_together(**arguments):
        look(**arguments)
        # Both have looked, and neither has found the flag of the other.
        barrier.wait(timeout=PATIENCE)

    monkeypatch.setattr(update, "check_new_key", look_together)
    answers = at_once(*[lambda: client.post(flags_of(project), {"key": "new-menu"})] * 2)

    made, refused = sorted(answers, key=lambda answer: answer.status_code)
    assert made.status_code == 201
    assert_error(refused, 400, "unique", "key")
    assert FeatureFlag.objects.count() == 1


def test_races__flag_and_experiment_with_one_key__one_flag(client, project, create):
    answers = at_once(lambda: client.post(flags_of(project), {"key": "new-menu"}), create)

    statuses = [answer.status_code for answer in answers]
    # Whoever came second found the flag: it is none that an experiment can use.
    assert statuses in ([201, 400], [400, 201])
    assert FeatureFlag.objects.count() == 1


def test_races__deletion_while_an_experiment_is_made_on_it__refused(
    client, flag, create, monkeypatch
):
    check, barrier = flag_choice.check_usable, Barrier(2)

    def check_while_deleted(found):
        barrier.wait(timeout=PATIENCE)
        check(found)

    def delete():
        # The flag is locked by whoever makes the experiment.
        barrier.wait(timeout=PATIENCE)
        return client.patch(path_of(flag), {"deleted": True})

    monkeypatch.setattr(flag_choice, "check_usable", check_while_deleted)
    made, deleted = at_once(create, delete)

    assert made.status_code == 201
    assert_error(deleted, 400, "invalid_input", "deleted")


def test_races__experiment_made_while_the_flag_is_deleted__conflict(flag, create):
    def delete():
        _lock()
        FeatureFlag.objects.update(deleted=True)

    with holding(delete, create) as futures:
        pass

    assert_error(futures[0].result(), 409, "conflict")
    assert not Experiment.objects.exists()


def test_races__experiment_made_while_the_flag_is_renamed__conflict(flag, create):
    def rename():
        _lock()
        FeatureFlag.objects.update(key="menu")

    with holding(rename, create) as futures:
        pass

    assert_error(futures[0].result(), 409, "conflict")


def test_races__two_edits__both_done_and_counted(client, flag):
    edits = [
        lambda: client.patch(path_of(flag), {"name": "Menu"}),
        lambda: client.patch(path_of(flag), {"tags": ["q3"]}),
    ]

    with holding(_lock, *edits) as futures:
        pass

    assert _statuses(futures) == [200, 200]
    flag.refresh_from_db()
    assert (flag.name, flag.tags, flag.version) == ("Menu", ["q3"], 3)


def test_races__two_edits_of_one_field_as_both_saw_it__one_done(client, flag):
    seen = client.get(path_of(flag)).json()
    seen = {"version": seen["version"], "original_flag": seen}
    edits = [
        lambda: client.patch(path_of(flag), seen | {"name": "One"}),
        lambda: client.patch(path_of(flag), seen | {"name": "Two"}),
    ]

    with holding(_lock, *edits) as futures:
        pass

    assert _statuses(futures) == [200, 409]


def test_races__flag_and_its_experiment_edited__both_done(client, project, ada):
    experiment = factories.make_experiment(project, ada)
    flag, path = experiment.feature_flag, f"/api/projects/{project.pk}/experiments/{experiment.pk}/"
    groups = [{"properties": [], "rollout_percentage": 5}]
    edits = [
        lambda: client.patch(path_of(flag), {"filters": flag.filters | {"groups": groups}}),
        lambda: client.patch(path, {"parameters": {"rollout_percentage": 20}}),
    ]

    with holding(lambda: Experiment.objects.select_for_update().get(), *edits) as futures:
        pass

    assert _statuses(futures) == [200, 200]
    flag.refresh_from_db()
    assert flag.version == 3
    assert flag.filters["groups"][0]["rollout_percentage"] in (5, 20)


def test_races__two_restored_to_one_key__one_has_it(client, project):
    flags = [factories.make_flag(project, "new-menu", deleted=True) for _ in range(2)]

    answers = at_once(
        *[lambda flag=flag: client.patch(path_of(flag), {"deleted": False}) for flag in flags]
    )

    live = FeatureFlag.objects.filter(deleted=False).values_list("key", flat=True)
    assert len(set(live)) == len(live) == [a.status_code for a in answers].count(200) >= 1


def test_races__switched_on_while_all_that_are_off_are_deleted__left(client, project, flag):
    flag.active = False
    flag.save(update_fields=["active"])

    def switch_on():
        _lock()
        FeatureFlag.objects.update(active=True)

    def delete():
        return client.post(f"{flags_of(project)}bulk_delete/", {"filters": {"active": False}})

    with holding(switch_on, delete) as futures:
        pass

    assert futures[0].result().json() == {"deleted": [], "errors": []}
    assert FeatureFlag.objects.filter(deleted=False).exists()


def test_races__the_same_flags_deleted_twice_at_once__each_by_one(client, project):
    ids = [factories.make_flag(project).pk for _ in range(5)]
    url = f"{flags_of(project)}bulk_delete/"

    answers = at_once(*[lambda way=way: client.post(url, {"ids": ids[::way]}) for way in (1, -1)])

    assert {answer.status_code for answer in answers} == {200}
    deleted = [flag["id"] for answer in answers for flag in answer.json()["deleted"]]
    assert sorted(deleted) == ids
    assert not FeatureFlag.objects.exclude(version=2).exists()
