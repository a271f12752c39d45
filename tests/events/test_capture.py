import gzip
import json
from base64 import b64encode
from urllib.parse import quote

import pytest
from django.db import connections

from events.models import Event
from events.numbers import actor_number
from events.routers import events_alias
from tests.client import Client
from tests.events.conftest import event
from tests.looping import in_one_test

ROUTES = ["batch", "i/v0/e", "e", "capture", "track", "engage"]
UUID = "0190a6f0-0000-7000-8000-000000000001"


def body(project, *events):
    return json.dumps({"api_key": project.api_token, "batch": list(events) or [event()]})


def test_capture__a_batch__stored_and_answered_ok(send, stored, project, client):
    response = send(event("signup", "ann", properties={"plan": "pro"}, timestamp="2026-11-01"))

    assert (response.status_code, response.json()) == (200, {"status": "Ok"})
    [row] = stored()
    assert (row.project_id, row.event, row.distinct_id) == (project.pk, "signup", "ann")
    assert row.actor == actor_number("ann")
    assert row.ts == 1_793_491_200_000_000
    assert row.properties == {"plan": "pro"}
    project.refresh_from_db()
    assert project.ingested_event is True


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("slash", ["", "/"])
def test_capture__any_route__stored(visitor, stored, project, route, slash):
    one = event(properties={"token": project.api_token})

    response = visitor.post(f"/{route}{slash}", json.dumps(one), content_type="application/json")

    assert response.status_code == 200
    assert [row.properties for row in stored()] == [{}]


def packed(text):
    zipped = gzip.compress(text.encode())
    encoded = b64encode(text.encode()).decode()
    return {
        "gzip_header": (zipped, "application/json", "", {"Content-Encoding": "gzip"}),
        "gzip_parameter": (zipped, "text/plain", "?compression=gzip-js", {}),
        "gzip_unnamed": (zipped, "text/plain", "", {}),
        "base64": (encoded.encode(), "text/plain", "?compression=base64", {}),
        "form": (f"data={quote(encoded.rstrip('='))}", FORM, "", {}),
        "form_json": (f"data={quote(text)}", FORM, "", {}),
    }


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("encoding", packed("{}"))
def test_capture__any_encoding__stored(visitor, stored, project, encoding):
    content, kind, query, headers = packed(body(project))[encoding]

    response = visitor.post(f"/e/{query}", content, content_type=kind, headers=headers)

    assert response.status_code == 200, response.content
    assert [row.event for row in stored()] == ["signup"]


@pytest.mark.parametrize("distinct_id", ["ann+b@example.com", "100%25", "a&data=b"])
def test_capture__json_under_the_type_of_forms__as_it_is(visitor, stored, project, distinct_id):
    sent = body(project, event(distinct_id=distinct_id))

    response = visitor.post("/e/", sent, content_type=FORM)

    assert response.status_code == 200, response.content
    assert [row.distinct_id for row in stored()] == [distinct_id]


@pytest.mark.parametrize("kind", ["application/octet-stream", "application/gzip", "text/html"])
def test_capture__type_that_is_no_form__stored(visitor, stored, project, kind):
    assert visitor.post("/e/", body(project), content_type=kind).status_code == 200
    assert len(stored()) == 1


def test_capture__get_with_data__stored(visitor, stored, project):
    response = visitor.get("/e/", {"data": b64encode(body(project).encode()).decode()})

    assert response.status_code == 200
    assert len(stored()) == 1


def test_capture__list_of_events_with_their_tokens__stored(visitor, stored, project):
    events = [event(token=project.api_token), event("buy", token=project.api_token)]

    visitor.post("/e/", json.dumps(events), content_type="application/json")

    assert [row.event for row in stored()] == ["signup", "buy"]


def test_capture__beacon__no_content(visitor, project):
    response = visitor.post("/e/?beacon=1", body(project), content_type="text/plain")

    assert (response.status_code, response.content) == (204, b"")


def test_capture__same_uuid_again__one_event(send, stored):
    one = event(uuid=UUID)

    assert [send(one).status_code, send(one, one).status_code] == [200, 200]
    assert len(stored()) == 1


def test_capture__some_of_a_batch_stored_before__the_others_stored(send, stored, client, project):
    send(event(uuid=UUID, properties={"$set": {"plan": "free"}}))
    send(event(properties={"$set": {"plan": "pro"}}))

    send(event(uuid=UUID, properties={"$set": {"plan": "free"}}), event("buy"), event("pay"))

    assert [each.event for each in stored()] == ["signup", "signup", "buy", "pay"]
    [person] = client.get(f"/api/projects/{project.pk}/persons/").json()["results"]
    assert person["properties"] == {"plan": "pro"}


def test_capture__same_uuid_twice_in_a_batch__the_first_counts(send, stored, client, project):
    send(
        event(uuid=UUID, properties={"n": 1, "$set": {"plan": "free"}}),
        event(uuid=UUID, properties={"n": 2, "$set": {"plan": "pro"}}),
    )

    assert [each.properties["n"] for each in stored()] == [1]
    [person] = client.get(f"/api/projects/{project.pk}/persons/").json()["results"]
    assert person["properties"] == {"plan": "free"}


def test_capture__same_uuid_of_another_event__two_events(send, stored):
    send(event(uuid=UUID), event("buy", uuid=UUID), event(distinct_id="bob", uuid=UUID))

    assert len(stored()) == 3


def test_capture__repeated_event__changes_nobody_again(send, client, project):
    first = event(uuid=UUID, properties={"$set": {"plan": "free"}})
    send(first)
    send(event(properties={"$set": {"plan": "pro"}}))
    send(first)

    [person] = client.get(f"/api/projects/{project.pk}/persons/").json()["results"]
    assert person["properties"] == {"plan": "pro"}


def test_capture__unknown_token__ok_and_dropped(visitor, db):
    sent = json.dumps({"api_key": "phc_nobody", "batch": [event()]})

    response = visitor.post("/batch/", sent, content_type="application/json")

    assert response.status_code == 200
    assert not Event.objects.exists()


@in_one_test(
    "token",
    [None, "", "phx_personal", "t" * 65, "phc_ü", "phc_\0", 7],
    ids=["none", "empty", "personal", "long", "non_ascii", "nul", "number"],
)
def test_capture__bad_token__refused_in_plain_text(visitor, db, token):
    sent = json.dumps({"api_key": token, "batch": [event()]})

    response = visitor.post("/batch/", sent, content_type="application/json")

    assert response.status_code == 401
    assert response.headers["Content-Type"].startswith("text/plain")


def test_capture__different_tokens_in_one_request__refused(visitor, db):
    events = [event(token="phc_a"), event(token="phc_b")]

    response = visitor.post("/e/", json.dumps(events), content_type="application/json")

    assert response.status_code == 401


@in_one_test(
    "members",
    [
        {"event": ""},
        {"event": None},
        {"event": 7},
        {"distinct_id": ""},
        {"distinct_id": None},
        {"uuid": "no uuid"},
        {"uuid": 7},
    ],
    ids=str,
)
def test_capture__bad_event__whole_batch_refused(send, stored, members):
    response = send(event(), event() | members)

    assert response.status_code == 400
    assert stored() == []


@in_one_test(
    "text", ["", "[]", "{}", "7", "null", "[7]", '{"batch": []}', "{", "\x1f\x8bno", "%%%"]
)
def test_capture__no_events__refused(visitor, db, text):
    response = visitor.post("/e/", text.encode("latin-1"), content_type="text/plain")

    assert response.status_code in (400, 401)


@pytest.mark.parametrize("distinct_id", ["0", 0, 1.5, "x" * 300, "日本", "a\0b", "\ud800"])
def test_capture__strange_distinct_id__stored_as_text(send, stored, distinct_id):
    assert send(event(distinct_id=distinct_id)).status_code == 200

    [row] = stored()
    assert 1 <= len(row.distinct_id) <= 200


def test_capture__unstorable_characters__replaced(send, stored):
    properties = {"a\0": "b\0", "nested": [{"half": "\ud800"}], "huge": 10**30}

    assert send(event("na\0me", properties=properties)).status_code == 200

    [row] = stored()
    assert row.event == "na\ufffdme"
    assert row.properties["a\ufffd"] == "b\ufffd"
    assert row.properties["nested"] == [{"half": "\ufffd"}]


def test_capture__ten_thousand_properties__stored(send, stored):
    send(event(properties={f"p{number}": number for number in range(10_000)}))

    assert len(stored()[0].properties) == 10_000


def test_capture__compressed_bomb__too_large(visitor, db):
    bomb = gzip.compress(b" " * (3 * 1024 * 1024))

    response = visitor.post("/e/", bomb, content_type="text/plain")

    assert response.status_code == 413


def test_capture__batch_of_ten_megabytes__stored(send, stored):
    events = [event(properties={"text": "x" * 1_000_000}) for _ in range(10)]

    assert send(*events).status_code == 200
    assert len(stored()) == 10


def test_capture__page_of_another_origin__allowed(visitor, project):
    headers = {"Origin": "https://shop.example", "Access-Control-Request-Headers": "x-a"}

    asked = visitor.options("/e/", headers=headers)
    response = visitor.post(
        "/e/", body(project), content_type="text/plain", headers={"Origin": "https://shop.example"}
    )

    assert asked.status_code == 204
    assert asked.headers["Access-Control-Allow-Headers"] == "x-a"
    for answer in (asked, response):
        assert answer.headers["Access-Control-Allow-Origin"] == "https://shop.example"
        assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert not response.cookies


def test_capture__cookie_of_a_session__needs_no_csrf_token(project):
    strict = Client(enforce_csrf_checks=True)

    response = strict.post("/e/", body(project), content_type="text/plain")

    assert response.status_code == 200


def test_capture__put__not_allowed(visitor, db):
    assert visitor.put("/e/").status_code == 405


def test_capture__read_only_database__unavailable_and_nothing_stored(send, stored):
    connection = connections[events_alias()]
    if connection.vendor != "sqlite":
        pytest.skip(
            "A test's transaction on PostgreSQL cannot become read-only and writable again."
        )
    connection.ensure_connection()
    connection.connection.execute("PRAGMA query_only = ON")

    response = send(event())

    connection.connection.execute("PRAGMA query_only = OFF")
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) >= 1
    assert stored() == []
