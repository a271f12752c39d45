"""Changes and merges of one person at the same time: nothing that was said of them is lost."""

import pytest
from django.db import transaction
from django.utils import timezone

from events.models import Event, MergedActor, Person
from events.numbers import actor_number
from events.services import delete_person, merge, people
from events.stores.locks import share_capture_lock
from events.wire import read_event
from tests.approvals.concurrency import holding
from tests.events.conftest import event

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def known(project, _many_writers):
    """Two ids that are two persons yet, of both of whom something is stored."""
    change(project, "ann", first="a")
    change(project, "anonymous-1", second="b")
    return {"first": "a", "second": "b", "plan": "paid"}


def change(project, who, **properties):
    sent = read_event(event("$set", who, properties={"$set": properties}), now=0)
    with transaction.atomic():
        people.apply(project_id=project.pk, events=[sent], now=timezone.now())


def join(project):
    merge(project_id=project.pk, old="anonymous-1", new="ann", now=timezone.now())


def test_merge__while_the_former_person_changes__the_change_kept(project, known):
    with holding(lambda: change(project, "anonymous-1", plan="paid"), lambda: join(project)):
        pass

    [person] = Person.objects.all()
    assert person.properties == known


def test_change__while_the_person_is_merged__made_to_the_other(project, known):
    with holding(lambda: join(project), lambda: change(project, "anonymous-1", plan="paid")):
        pass

    [person] = Person.objects.all()
    assert person.properties == known


def test_merge__while_the_first_is_stored_of_the_former_person__kept(project, known):
    with holding(
        lambda: change(project, "anonymous-2", found="here"),
        lambda: merge_of(project, "anonymous-2"),
    ):
        pass

    assert Person.objects.get(distinct_id="ann").properties == {"first": "a", "found": "here"}


def test_change__of_somebody_unknown_who_is_merged__made_to_the_other(project, known):
    with holding(
        lambda: merge_of(project, "anonymous-2"),
        lambda: change(project, "anonymous-2", found="here"),
    ):
        pass

    assert Person.objects.get(distinct_id="ann").properties == {"first": "a", "found": "here"}
    assert not Person.objects.filter(distinct_id="anonymous-2").exists()


def test_delete_person__while_a_capture_goes_on_to_merge__both_done(project, known):
    def delete():
        delete_person(project_id=project.pk, person=actor_number("ann"))

    with holding(lambda: share_capture_lock(project.pk), delete):
        merge_of(project, "anonymous-2")

    assert not Person.objects.filter(distinct_id="ann").exists()
    assert not MergedActor.objects.exists()


@pytest.mark.parametrize("left", [Person, MergedActor, Event])
def test_delete_person__merged_into_somebody_meanwhile__nothing_left_of_both(
    send, project, known, left
):
    send(event("buy", "anonymous-1"), event("buy", "ann"))

    _delete_while_merged(project)

    assert not left.objects.exists()


def test_delete_person__merged_into_somebody_meanwhile__no_facts_left(send, facts, project, known):
    send(event("buy", "anonymous-1"), event("buy", "ann"))
    assert len(facts()) == 2

    _delete_while_merged(project)

    assert facts() == []


def test_delete_person__merged_since_it_was_read__if_match_refuses_it(client, project, known):
    person = Person.objects.get(distinct_id="anonymous-1")
    url = f"/api/projects/{project.pk}/persons/{person.uuid}/"
    etag = client.get(url).headers["ETag"]

    with holding(
        lambda: Person.objects.select_for_update().get(pk=person.pk),
        lambda: client.delete(url, HTTP_IF_MATCH=etag),
    ) as [deletion]:
        join(project)

    assert deletion.result().status_code == 412
    assert Person.objects.get().properties == {"first": "a", "second": "b"}


def _delete_while_merged(project):
    """Delete who becomes a part of ann while captures that go on hold the deletion up."""

    def delete():
        delete_person(project_id=project.pk, person=actor_number("anonymous-1"))

    with holding(lambda: share_capture_lock(project.pk), delete):
        join(project)


def merge_of(project, old):
    merge(project_id=project.pk, old=old, new="ann", now=timezone.now())
