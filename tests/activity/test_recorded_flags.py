import pytest
from django.db import transaction
from django.utils import timezone

from feature_flags.filters import new_filters
from feature_flags.services import insert_flag, write_flag
from feature_flags.validation import InvalidFilters
from tests import factories
from tests.activity.history import changed, entries, said
from tests.factories import TWO_VARIANTS

SUBJECT = "FeatureFlag"
FILTERS = new_filters(
    variants=TWO_VARIANTS, rollout_percentage=100, group_type_index=None, holdout=None
)


def made(project, actor, **values):
    flag = {
        "key": "checkout",
        "name": "Which button",
        "active": False,
        "filters": FILTERS,
        "ensure_experience_continuity": False,
        "folder": None,
        "creation_context": "experiments",
    }
    with transaction.atomic():
        return insert_flag(project=project, values=flag | values, actor=actor, now=timezone.now())


def change(flag, actor, **changes):
    with transaction.atomic():
        return write_flag(flag=flag, changes=changes, actor=actor, now=timezone.now())


def test_flag__made_and_changed__told_by_its_key(project, ada, grace):
    flag = made(project, ada)
    change(flag, grace, active=True)

    first, second = entries(project)
    assert [said(entry) for entry in (first, second)] == [
        ("ada@example.com", "created", SUBJECT),
        ("grace@example.com", "updated", SUBJECT),
    ]
    assert {(entry.scope, entry.item_id) for entry in (first, second)} == {(SUBJECT, str(flag.pk))}
    assert first.detail == {
        "name": "checkout",
        "short_id": None,
        "type": None,
        "trigger": None,
        "changes": None,
    }
    assert second.detail["name"] == "checkout"
    assert changed(second) == {"active": (False, True), "version": (1, 2)}
    assert {change["type"] for change in second.detail["changes"]} == {SUBJECT}


def test_flag__filters_changed__both_told_whole(project, ada):
    flag = made(project, ada)
    before = flag.filters
    wider = before | {"groups": [before["groups"][0] | {"rollout_percentage": 12.5}]}

    change(flag, ada, filters=wider)

    assert changed(entries(project)[-1]) == {"filters": (before, wider), "version": (1, 2)}


def test_flag__written_as_it_was__version_told(project, ada):
    change(made(project, ada), ada, filters=FILTERS)

    assert changed(entries(project)[-1]) == {"version": (1, 2)}


def test_flag__change_refused__nothing_told(project, ada):
    flag = made(project, ada)

    with pytest.raises(InvalidFilters):
        change(flag, ada, filters={"groups": "all"})

    assert [entry.activity for entry in entries(project)] == ["created"]


def test_flag__made_in_a_change_that_failed__nothing_told(project, ada):
    with transaction.atomic():
        made(project, ada)
        inside = entries(project)
        transaction.set_rollback(True)

    assert len(inside) == 1
    assert entries(project) == []


def test_flag__of_an_experiment_that_is_refused__nothing_told(client, project):
    response = client.post(
        f"/api/projects/{project.pk}/experiments/",
        {
            "name": "Checkout",
            "feature_flag_key": "checkout",
            "parameters": {"feature_flag_variants": [{"key": "a", "rollout_percentage": 100}]},
        },
    )

    assert response.status_code == 400
    assert entries(project) == []


def test_flag__of_an_experiment__told_with_who_changed_the_experiment(grace, experiment):
    factories.change_experiment(experiment, grace, start_date=timezone.now())

    told = entries(experiment.project, SUBJECT)[-1]
    assert said(told)[:2] == ("grace@example.com", "updated")
    assert changed(told)["active"] == (False, True)
