"""The names of events are noted as events arrive."""

import json
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError
from django.utils import timezone

from events.listing import unseen_events
from events.models import EventDefinition
from events.services import taxonomy
from tests.assertions import assert_error
from tests.events.conftest import event
from tests.looping import in_one_test


def url(project, rest=""):
    return f"/api/projects/{project.pk}/event_definitions/{rest}"


def names(response):
    return [each["name"] for each in response.json()["results"]]


@pytest.fixture
def signup(send, client, project):
    send(event("signup"))
    return client.get(url(project, "by_name/?name=signup")).json()


def test_event_definitions__first_event__all_of_it(signup, client, project):
    seen = datetime.fromisoformat(signup["last_seen_at"])
    assert abs(seen - timezone.now()) < timedelta(seconds=30)
    del signup["last_seen_at"], signup["created_at"], signup["last_updated_at"]
    identifier = signup.pop("id")
    assert signup == {
        "name": "signup",
        "tags": [],
        "description": "",
        "verified": False,
        "hidden": False,
        "enforcement_mode": "allow",
        "primary_property": None,
        "is_action": False,
        "action_id": None,
        "is_calculating": False,
        "last_calculated_at": None,
        "created_by": None,
        "post_to_slack": False,
    }
    assert client.get(url(project, f"{identifier}/")).json()["name"] == "signup"


def test_event_definitions__seen_again_within_a_minute__nothing_written(
    send, signup, django_assert_num_queries
):
    before = EventDefinition.objects.get().last_seen_at

    send(event("signup"))

    assert EventDefinition.objects.get().last_seen_at == before


def test_event_definitions__seen_again_later__last_seen_moves(send, signup, monkeypatch):
    before = EventDefinition.objects.get()
    monkeypatch.setattr(taxonomy, "_SECONDS_BETWEEN_NOTES", -1)

    send(event("signup"))

    after = EventDefinition.objects.get()
    assert after.last_seen_at > before.last_seen_at
    assert after.created_at == before.created_at


@in_one_test(
    ("query", "found"),
    [
        ("", ["$pageview", "bought it", "signup", "Upgrade"]),
        ("?search=UP", ["signup", "Upgrade"]),
        ("?search=it+bought", ["bought it"]),
        ("?search=%00", []),
        ("?event_type=event_custom", ["bought it", "signup", "Upgrade"]),
        ("?event_type=event_posthog", ["$pageview"]),
        ("?event_type=event", ["$pageview", "bought it", "signup", "Upgrade"]),
        ("?ordering=-name", ["Upgrade", "signup", "bought it", "$pageview"]),
        ("?ordering=-last_seen_at&search=u", ["bought it", "signup", "Upgrade"]),
        ("?ordering=nonsense&limit=1", ["$pageview"]),
        ('?names=["signup","SIGNUP","bought"]', ["signup"]),
        ("?names=[]", []),
    ],
)
def test_event_definitions__list__those_asked_for(send, client, project, query, found):
    send(*map(event, ["signup", "bought it", "$pageview", "Upgrade"]))

    assert names(client.get(url(project, query))) == found


@pytest.mark.parametrize("names", ["signup", "[1]", "{}", json.dumps(["x"] * 101)])
def test_event_definitions__names_are_no_short_list__refused(client, project, names):
    response = client.get(url(project), {"names": names})

    assert_error(response, 400, "invalid_input", attr="names")


def test_create_event_definition__before_the_first_event__seen_then(send, client, project):
    created = client.post(url(project), {"name": "later", "description": "Soon.", "tags": ["a"]})

    assert created.status_code == 201
    assert (created.json()["last_seen_at"], created.json()["tags"]) == (None, ["a"])
    assert unseen_events(project_id=project.pk, names=["later", "other"]) == {"later", "other"}

    send(event("later"))

    [definition] = client.get(url(project)).json()["results"]
    assert definition["id"] == created.json()["id"]
    assert definition["last_seen_at"] is not None
    assert unseen_events(project_id=project.pk, names=["later", "other"]) == {"other"}


def test_create_event_definition__name_taken__refused(signup, client, project):
    assert_error(client.post(url(project), {"name": "signup"}), 400, "invalid_input", attr="name")


def test_update_event_definition__changes__kept(signup, client, project):
    changes = {"name": "signup", "description": "A new user.", "verified": True, "tags": ["core"]}

    updated = client.patch(url(project, f"{signup['id']}/"), changes)

    assert updated.status_code == 200
    expected = signup | changes
    assert updated.json() | {"last_updated_at": None} == expected | {"last_updated_at": None}
    assert updated.json()["last_updated_at"] > signup["last_updated_at"]


def test_update_event_definition__stale_etag__refused(signup, client, project):
    path = url(project, f"{signup['id']}/")
    etag = client.get(path).headers["ETag"]
    assert client.patch(path, {"verified": True}, headers={"If-Match": etag}).status_code == 200

    stale = client.patch(path, {"verified": False}, headers={"If-Match": etag})

    assert stale.status_code == 412


@in_one_test(
    ("changes", "attr"),
    [
        ({"enforcement_mode": "no"}, "enforcement_mode"),
        ({"enforcement_mode": "reject"}, "enforcement_mode"),
        ({"name": "other"}, "name"),
        ({"tags": "core"}, "tags"),
    ],
)
def test_update_event_definition__invalid__refused(signup, client, project, changes, attr):
    response = client.patch(url(project, f"{signup['id']}/"), changes)

    assert response.status_code == 400
    assert response.json()["attr"] == attr


def test_delete_event_definition__next_event__comes_back(send, signup, client, project):
    assert client.delete(url(project, f"{signup['id']}/")).status_code == 204
    assert names(client.get(url(project))) == []

    send(event("signup"))

    assert names(client.get(url(project))) == ["signup"]


@in_one_test("rest", [f"{UUID(int=7)}/", "7/", "by_name/", "by_name/?name=none"])
def test_event_definitions__unknown__not_found(client, project, db, rest):
    assert_error(client.get(url(project, rest)), 404, "not_found")


def test_note_names__too_many__first_ones_kept(send, client, project, monkeypatch):
    monkeypatch.setattr(taxonomy, "MOST_EVENTS", 3)

    send(*[event(f"made up {number}") for number in range(5)])
    send(event("another"))

    assert EventDefinition.objects.count() == 3


def test_note_names__cannot__events_stay_and_it_is_done_next_time(
    send, stored, monkeypatch, client, project
):
    def fail(*_arguments):
        raise DatabaseError

    with monkeypatch.context() as broken:
        broken.setattr(taxonomy, "_note", fail)
        assert send(event("signup")).status_code == 200

    assert len(stored()) == 1
    send(event("signup"))
    assert names(client.get(url(project))) == ["signup"]


def test_note_names__memory_full__starts_anew(send, project, monkeypatch):
    monkeypatch.setattr(taxonomy, "_FORGOTTEN_AT", 1)

    send(event("a", properties={"x": 1, "y": 2}))

    assert taxonomy.noted.count == 0
