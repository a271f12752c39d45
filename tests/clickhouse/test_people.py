"""Copies of people in ClickHouse follow merges, changes and deletions of the truth."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from events.clickhouse import client as clickhouse
from events.models import Merge, Person
from events.numbers import NOBODY, actor_number
from events.services import capture as store_events
from events.services import merge
from events.wire import read_event
from tenants.selectors import TokenProject
from tests.clickhouse.test_events import REVENUE, run, sums
from tests.results.conftest import AMOUNT, metric, purchases, wire_event
from tests.results.mini_data import EVENTS


def test_query__people_merged_afterwards__one_of_them_counts(ask, mini, capture):
    assert sums(ask(mini, REVENUE)) == {"control": (5, 130), "test": (4, 120)}
    for old, new in (("c1", "c4"), ("c2", "new"), ("new", "c3")):
        properties = {"$anon_distinct_id": old}
        capture([{"event": "$identify", "distinct_id": new, "properties": properties}])

    # c1 with c4, c2 with c3: five people in control became three.
    assert sums(ask(mini, REVENUE))["control"] == (3, 130)


def test_query__merged_forgotten_and_back__counted_by_themselves(ask, mini, project, capture):
    capture(
        [{"event": "$identify", "distinct_id": "c4", "properties": {"$anon_distinct_id": "c1"}}]
    )
    assert sums(ask(mini, REVENUE))["control"] == (4, 130)

    assert run("forget_person", project.pk, "c1").startswith("12 events deleted")
    assert sums(ask(mini, REVENUE))["control"] == (3, 62)
    capture(wire_event(seen) for seen in EVENTS if seen.person in ("c1", "c4"))
    assert sums(ask(mini, REVENUE))["control"] == (5, 130)


def test_sweep_events__forgotten_and_copied__only_the_log_of_others_stays(
    ask, mini, project, capture
):
    for old, new in (("c1", "c4"), ("c2", "c3")):
        properties = {"$anon_distinct_id": old}
        capture([{"event": "$identify", "distinct_id": new, "properties": properties}])
    run("forget_person", project.pk, "c1")
    left = sums(ask(mini, REVENUE))

    run("sweep_events")
    run("rebuild_facts")

    rows = Merge.objects.exclude(old=NOBODY).values_list("old", "new")
    assert list(rows) == [(actor_number("c2"), actor_number("c3"))]
    assert sums(ask(mini, REVENUE)) == left


def test_query__people_copied_anew__results_of_before_are_not_given(ask, mini, project):
    ask(mini, REVENUE)
    assert ask(mini, REVENUE)["is_cached"]

    run("rebuild_facts")

    assert not ask(mini, REVENUE)["is_cached"]


def test_query__many_merges__copied_in_pieces(ask, mini, project, monkeypatch):
    monkeypatch.setattr("events.facts.people_copies._MERGES", 2)
    monkeypatch.setattr("events.facts.people_copies._ROWS", 1)
    now = mini.start_date
    for place in range(5):
        merge(project_id=project.pk, old=f"n{place}", new=f"n{place + 1}", now=now)
    merge(project_id=project.pk, old="c1", new="n0", now=now)
    merge(project_id=project.pk, old="n3", new="c2", now=now)

    assert sums(ask(mini, REVENUE))["control"] == (4, 130)


def test_query__filter_on_person__properties_of_today(ask, mini, capture):
    wanted = [{"key": "plan", "value": "paid", "operator": "exact", "type": "person"}]
    filtered = metric(source=purchases(**AMOUNT, properties=wanted))
    assert sums(ask(mini, filtered)) == {"control": (5, 0), "test": (4, 0)}

    for who, plan in (("c1", "paid"), ("t1", "free"), ("t3", "PAID")):
        properties = {"$set": {"plan": plan}}
        capture([{"event": "$set", "distinct_id": who, "properties": properties}])
    assert sums(ask(mini, filtered)) == {"control": (5, 60), "test": (4, 15)}


PAID = {"key": "plan", "value": "paid", "operator": "exact", "type": "person"}
OF_PAID = metric(source=purchases(**AMOUNT, properties=[PAID]))


def set_plan(capture, who, plan):
    capture([{"event": "$set", "distinct_id": who, "properties": {"$set": {"plan": plan}}}])


@pytest.mark.parametrize("behind", [timedelta(seconds=2), timedelta(hours=2)])
def test_query__person_changed_by_a_server_whose_clock_is_ahead__later_changes_copied(
    ask, mini, capture, behind
):
    set_plan(capture, "c1", "free")
    Person.objects.update(updated_at=timezone.now() + behind)
    assert sums(ask(mini, OF_PAID))["control"] == (5, 0)

    set_plan(capture, "c1", "paid")
    set_plan(capture, "t1", "paid")

    assert sums(ask(mini, OF_PAID)) == {"control": (5, 60), "test": (4, 80)}


def test_query__request_that_waited_for_an_hour__its_change_copied(ask, mini, project, capture):
    set_plan(capture, "t1", "free")
    ask(mini, OF_PAID)
    waited = {"event": "$set", "distinct_id": "c1", "properties": {"$set": {"plan": "paid"}}}
    sent, early = time.time_ns() // 1000, timezone.now() - timedelta(hours=1)

    store_events(
        project=TokenProject(project.pk, ingested_event=True),
        events=[read_event(waited, now=sent)],
        now=early,
    )

    assert sums(ask(mini, OF_PAID))["control"] == (5, 60)


def test_query__person_forgotten_and_back__known_again(ask, mini, project, capture):
    set_plan(capture, "c1", "paid")
    assert sums(ask(mini, OF_PAID))["control"] == (5, 60)

    run("forget_person", project.pk, "c1")
    capture(wire_event(seen) for seen in EVENTS if seen.person == "c1")
    assert sums(ask(mini, OF_PAID))["control"] == (5, 0)
    set_plan(capture, "c1", "paid")

    assert sums(ask(mini, OF_PAID))["control"] == (5, 60)


def test_query__filter_on_person__known_before_others_merged(ask, mini, capture):
    wanted = [{"key": "plan", "operator": "is_set", "type": "person"}]
    filtered = metric(source=purchases(**AMOUNT, properties=wanted))
    capture([{"event": "$set", "distinct_id": "c1", "properties": {"$set": {"plan": "paid"}}}])
    long_ago = mini.start_date
    Person.objects.update(updated_at=long_ago)
    capture([{"event": "$identify", "distinct_id": "b", "properties": {"$anon_distinct_id": "a"}}])
    ask(mini, REVENUE)

    assert sums(ask(mini, filtered)) == {"control": (5, 60), "test": (4, 0)}


def test_rebuild_facts__people__copied_anew(ask, mini, project, capture):
    properties = {"$anon_distinct_id": "c1"}
    capture([{"event": "$identify", "distinct_id": "c4", "properties": properties}])
    clickhouse.insert(
        "person_ids", [{"project_id": project.pk, "actor": 5, "person": 6, "version": 10**9}]
    )
    run("rebuild_facts")

    rows = clickhouse.rows("SELECT count(), max(version) < 1000000000 FROM person_ids FINAL")
    assert rows == [(3, 1)]
    assert sums(ask(mini, REVENUE))["control"] == (4, 130)
