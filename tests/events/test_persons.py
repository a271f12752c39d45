import time
import uuid

import pytest

from events import selectors
from events.models import Event, Merge, MergedActor, Person
from tests import factories
from tests.assertions import assert_error
from tests.client import DocumentedClient
from tests.events.conftest import event
from tests.looping import in_one_test


def url(project, suffix=""):
    return f"/api/projects/{project.pk}/persons/{suffix}"


@pytest.fixture
def ann(send, client, project):
    send(
        event(distinct_id="anon", properties={"$set": {"email": "ann@example.com"}}),
        event("$identify", "ann", properties={"$anon_distinct_id": "anon"}),
        event("buy", "ann"),
    )
    [row] = client.get(url(project)).json()["results"]
    return row


def test_list_persons__one__shown_with_all_ids(ann):
    assert ann["distinct_ids"] == ["ann", "anon"]
    assert ann["name"] == "ann@example.com"
    assert ann["properties"] == {"email": "ann@example.com"}
    assert ann["id"] == ann["uuid"]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("distinct_id=anon", 1),
        ("distinct_id=ann", 1),
        ("distinct_id=bob", 0),
        ("search=EXAMPLE", 1),
        ("search=non", 1),
        ("search=bob", 0),
        ("distinct_id=%00", 0),
        ("email=ann@example.com", 1),
        ("email=example.com", 0),
        ("email=%00", 0),
    ],
)
def test_list_persons__filtered__those_that_match(client, project, ann, query, count):
    assert client.get(url(project, f"?{query}")).json()["count"] == count


def test_list_persons__more_of_them__same_number_of_queries(
    client, project, send, django_assert_max_num_queries
):
    send(*[event(distinct_id=f"id {n}", properties={"$set": {"n": n}}) for n in range(20)])

    with django_assert_max_num_queries(8):
        assert len(client.get(url(project)).json()["results"]) == 20


def test_retrieve_person__known__shown(client, project, ann):
    assert client.get(url(project, f"{ann['id']}/")).json() == ann


@in_one_test("reference", [str(uuid.UUID(int=7)), "7", "%00"])
def test_retrieve_person__unknown__not_found(client, project, db, reference):
    assert_error(client.get(url(project, f"{reference}/")), 404, "not_found")


def test_delete_person__known__events_properties_and_ids_are_gone(client, project, ann):
    assert client.delete(url(project, f"{ann['id']}/")).status_code == 204

    assert not Event.objects.exists()
    assert not MergedActor.objects.exists()
    assert not Person.objects.exists()
    assert Merge.objects.order_by("id").last().new is None


def test_delete_person__changed_meanwhile__if_match_refuses_it(client, project, send, ann):
    known = client.get(url(project, f"{ann['id']}/")).headers["ETag"]
    send(event(properties={"$set": {"plan": "changed"}}))

    answer = client.delete(url(project, f"{ann['id']}/"), HTTP_IF_MATCH=known)

    assert_error(answer, 412, "precondition_failed")
    assert Event.objects.filter(distinct_id="ann").exists()
    assert Person.objects.exists()


def test_delete_person__as_it_was_read__if_match_lets_it_pass(client, project, ann):
    known = client.get(url(project, f"{ann['id']}/")).headers["ETag"]

    answer = client.delete(url(project, f"{ann['id']}/"), HTTP_IF_MATCH=known)

    assert answer.status_code == 204


def test_delete_person__many_events__deleted_in_pieces(client, project, send, ann, monkeypatch):
    monkeypatch.setattr("core.db.pieces.PIECE", 2)
    send(*[event() for _ in range(5)])

    client.delete(url(project, f"{ann['id']}/"))

    assert not Event.objects.exists()


def test_delete_person__other_person__stays(client, project, send, ann):
    send(event(distinct_id="bob", properties={"$set": {"a": 1}}))

    client.delete(url(project, f"{ann['id']}/"))

    assert [row.distinct_id for row in Event.objects.all()] == ["bob"]


def test_persons__other_project__not_found(outsider, client, project, foreign_project, ann):
    assert outsider.get(url(project, f"{ann['id']}/")).status_code == 403
    assert client.get(url(foreign_project)).status_code == 403


def test_persons__scope_for_reading__cannot_delete(project, ada, ann):
    reader = DocumentedClient(factories.make_key(ada, "person:read"))

    assert reader.get(url(project)).status_code == 200
    assert_error(reader.delete(url(project, f"{ann['id']}/")), 403, "permission_denied")


def test_list_persons__many_ids__the_oldest(client, project, send, monkeypatch):
    monkeypatch.setattr(selectors, "MAX_DISTINCT_IDS", 3)
    send(
        event("$identify", "ann", properties={"$set": {"plan": "pro"}}),
        *[
            event("$identify", "ann", properties={"$anon_distinct_id": f"device {number}"})
            for number in range(5)
        ],
    )

    [person] = client.get(url(project)).json()["results"]

    assert person["distinct_ids"] == ["ann", "device 0", "device 1", "device 2"]


def test_list_persons__one_of_twenty_thousand_ids__no_second_of_cpu(client, project, send):
    send(event("$identify", "ann", properties={"$set": {"plan": "pro"}}))
    person = Person.objects.get().person
    MergedActor.objects.bulk_create(
        MergedActor(project_id=project.pk, actor=number, person=person, distinct_id=f"id {number}")
        for number in range(20_000)
    )
    begun = time.process_time()

    [shown] = client.get(url(project)).json()["results"]

    assert time.process_time() - begun < 1
    assert len(shown["distinct_ids"]) == 1 + selectors.MAX_DISTINCT_IDS
