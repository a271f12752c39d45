import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activity.models import ActivityLog
from tests import factories
from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient
from tests.tags.conftest import PATHS

of_every_kind = pytest.mark.parametrize("kind", PATHS)


@pytest.fixture
def send(client, place):
    def send(kind, ids, action, tags, by=client):
        return by.post(
            f"{place(kind)}bulk_update_tags/", {"ids": ids, "action": action, "tags": tags}
        )

    return send


@of_every_kind
def test_bulk_tags__added__kept_beside_those_they_have(send, make, client, place, kind):
    one, two = make(kind, "b"), make(kind)

    response = send(kind, [two.pk, one.pk], "add", [" A ", "b"])

    assert response.status_code == 200
    assert response.json() == {
        "updated": [{"id": two.pk, "tags": ["a", "b"]}, {"id": one.pk, "tags": ["a", "b"]}],
        "skipped": [],
    }
    for row in (one, two):
        row.refresh_from_db()
        assert row.tags == ["a", "b"]
        assert client.get(f"{place(kind)}{row.pk}/").json()["tags"] == ["a", "b"]


@pytest.mark.parametrize(
    ("action", "tags", "left"),
    [("remove", ["B", "x"], ["a"]), ("set", ["C"], ["c"]), ("set", [], [])],
)
@of_every_kind
def test_bulk_tags__removed_or_replaced__what_is_left(send, make, kind, action, tags, left):
    row = make(kind, "a", "b")

    assert send(kind, [row.pk], action, tags).json()["updated"] == [{"id": row.pk, "tags": left}]

    row.refresh_from_db()
    assert row.tags == left


@of_every_kind
def test_bulk_tags__changed__told_of_each_object(send, make, kind):
    rows = [make(kind) for _ in range(3)]

    send(kind, [row.pk for row in rows], "add", ["q3"])

    told = ActivityLog.objects.filter(activity="updated")
    assert sorted(entry.item_id for entry in told) == sorted(str(row.pk) for row in rows)
    for entry in told:
        [change] = [each for each in entry.detail["changes"] if each["field"] == "tags"]
        assert (change["before"], change["after"]) == ([], ["q3"])


@of_every_kind
def test_bulk_tags__as_they_are__neither_written_nor_told(send, make, kind):
    row = make(kind, "a")

    assert send(kind, [row.pk], "add", ["a"]).json()["updated"] == [{"id": row.pk, "tags": ["a"]}]

    assert not ActivityLog.objects.filter(activity="updated").exists()
    before = row.updated_at
    row.refresh_from_db()
    assert row.updated_at == before


@of_every_kind
def test_bulk_tags__unknown_foreign_or_denied__skipped_for_one_reason(
    send, make, kind, colleague, foreign, denied
):
    mine, theirs = make(kind), foreign(kind)
    denied(kind, mine)

    response = send(kind, [mine.pk, theirs.pk, 10**9], "set", ["x"], by=colleague)

    assert response.status_code == 200
    assert response.json()["updated"] == []
    skipped = response.json()["skipped"]
    assert [each["id"] for each in skipped] == [mine.pk, theirs.pk, 10**9]
    assert len({each["reason"] for each in skipped}) == 1
    for row in (mine, theirs):
        row.refresh_from_db()
        assert row.tags == []


def test_bulk_tags__deleted_flag__skipped(send, make, client, place):
    row = make("flag")
    client.patch(f"{place('flag')}{row.pk}/", {"deleted": True})

    assert [each["id"] for each in send("flag", [row.pk], "add", ["x"]).json()["skipped"]] == [
        row.pk
    ]


def test_bulk_tags__flag__a_version_more(send, make):
    row = make("flag")

    send("flag", [row.pk], "add", ["x"])

    row.refresh_from_db()
    assert row.version == 2


def test_bulk_tags__more_than_an_object_may_have__skipped(send, make):
    row = make("experiment", *(f"t{number}" for number in range(60)))

    [skipped] = send("experiment", [row.pk], "add", [f"u{n}" for n in range(60)]).json()["skipped"]

    assert "100 tags" in skipped["reason"]
    row.refresh_from_db()
    assert len(row.tags) == 60


BAD = [
    ({"ids": []}, "ids", "empty"),
    ({"ids": None}, "ids", "null"),
    ({"ids": "1"}, "ids", "not_a_list"),
    ({"ids": ["x"]}, "ids__0", "invalid_input"),
    ({"ids": [-1]}, "ids__0", "min_value"),
    ({"ids": [10**30]}, "ids__0", "max_value"),
    ({"ids": list(range(501))}, "ids", "invalid_input"),
    ({"action": "append"}, "action", "invalid_choice"),
    ({"tags": []}, "tags", "invalid_input"),
    ({"tags": ["", "  "]}, "tags", "invalid_input"),
    ({"tags": ["x" * 256]}, "tags__0", "max_length"),
    ({"tags": ["x"] * 101}, "tags", "invalid_input"),
    ({"ids": list(range(500)), "tags": [f"t{n}" for n in range(21)]}, "ids", "invalid_input"),
]


@pytest.mark.parametrize(("changes", "attr", "code"), BAD, ids=range(len(BAD)))
def test_bulk_tags__nonsense__refused(client, place, changes, attr, code):
    body = {"ids": [1], "action": "add", "tags": ["x"]} | changes
    response = client.post(f"{place('experiment')}bulk_update_tags/", body)
    assert_error(response, 400, code, attr)


@of_every_kind
def test_bulk_tags__key_that_only_reads__forbidden(send, make, kind, grace):
    scope = {"flag": "feature_flag", "saved_metric": "experiment_saved_metric"}.get(kind, kind)
    reader = DocumentedClient(factories.make_key(grace, f"{scope}:read"))

    assert_error(send(kind, [make(kind).pk], "add", ["x"], by=reader), 403, "permission_denied")


@pytest.mark.usefixtures("_no_response_cache")
@pytest.mark.parametrize("kind", ["experiment", "flag"])
def test_bulk_tags__many__as_many_statements_as_for_one(send, make, kind):
    def statements(rows):
        ids = [row.pk for row in rows]
        with CaptureQueriesContext(connection) as captured:
            assert len(send(kind, ids, "add", ["x"]).json()["updated"]) == len(ids)
        return len(captured)

    statements([make(kind)])
    assert statements([make(kind)]) == statements([make(kind) for _ in range(30)])


def test_bulk_tags__idempotency_key__done_once(client, place, make):
    row, url = make("experiment"), f"{place('experiment')}bulk_update_tags/"
    headers = {"Idempotency-Key": "once"}
    body = {"ids": [row.pk], "action": "add", "tags": ["x"]}

    first = client.post(url, body, headers=headers)
    client.post(url, {"ids": [row.pk], "action": "set", "tags": []})
    again = client.post(url, body, headers=headers)

    assert again.json() == first.json()
    row.refresh_from_db()
    assert row.tags == []


def test_bulk_tags__list_read_before__read_anew(client, place, make, send):
    row = make("experiment")
    assert client.get(place("experiment"), {"tags": '["q3"]'}).json()["count"] == 0

    send("experiment", [row.pk], "add", ["q3"])

    assert client.get(place("experiment"), {"tags": '["q3"]'}).json()["count"] == 1


def test_bulk_tags__ids_twice__once_each(send, make):
    row = make("experiment")
    assert len(send("experiment", [row.pk, row.pk], "add", ["x"]).json()["updated"]) == 1


def test_bulk_tags__closed_project__forbidden(send, make, colleague, closed):
    row = make("experiment")
    closed()
    assert_error(send("experiment", [row.pk], "add", ["x"], by=colleague), 403, "permission_denied")


def test_bulk_tags__no_body__refused(client, place):
    assert_invalid(client.post(f"{place('flag')}bulk_update_tags/", {}), "ids", "required")
