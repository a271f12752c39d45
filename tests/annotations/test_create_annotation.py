import pytest

from activity.models import ActivityLog
from annotations.models import Annotation
from core.db.cache_versions import cache_versions
from tests import factories
from tests.assertions import assert_error
from tests.client import DocumentedClient


def test_create_annotation__everything__stored_and_shown(client, url, project, ada):
    body = {
        "content": "Checkout launched",
        "date_marker": "2026-01-01T12:00:00+01:00",
        "creation_type": "GIT",
        "dashboard_item": None,
        "dashboard_id": None,
        "scope": "project",
        "emoji": "🚀",
        "hidden_in_user_interface": True,
    }

    response = client.post(url, body)

    assert response.status_code == 201
    stored = Annotation.objects.get()
    assert (stored.project, stored.created_by, stored.emoji) == (project, ada, "🚀")
    shown = response.json()
    assert list(shown) == [
        *("id", "content", "date_marker", "creation_type", "dashboard_item", "dashboard_id"),
        *("dashboard_name", "insight_short_id", "insight_name", "insight_derived_name"),
        *("created_by", "created_at", "updated_at", "deleted", "scope", "tags", "emoji"),
        "hidden_in_user_interface",
    ]
    expected = body | {"date_marker": "2026-01-01T11:00:00Z", "tags": [], "deleted": False}
    assert {name: shown[name] for name in expected} == expected
    entry = ActivityLog.objects.get(scope="Annotation")
    assert (entry.activity, entry.detail["name"]) == ("created", "Checkout launched")


def test_create_annotation__nothing__as_the_wire_has_it(client, url):
    body = client.post(url, {}).json()
    assert (body["content"], body["date_marker"], body["emoji"]) == (None, None, None)
    assert (body["creation_type"], body["scope"]) == ("USR", "dashboard_item")
    assert body["hidden_in_user_interface"] is None


def test_create_annotation__empty_emoji__none(make):
    assert make(emoji="")["emoji"] is None


def test_create_annotation__about_tags__listed_with_those_of_the_project(client, project, make):
    assert make(scope="tag", tags=[" Growth "])["tags"] == ["growth"]
    assert client.get(f"/api/projects/{project.pk}/tags/").json() == ["growth"]


BAD = [
    ({"scope": "recording"}, "scope", "invalid_input"),
    ({"scope": "world"}, "scope", "invalid_choice"),
    ({"creation_type": "BOT"}, "creation_type", "invalid_choice"),
    ({"dashboard_id": 1}, "dashboard_id", "invalid_input"),
    ({"dashboard_item": 1}, "dashboard_item", "invalid_input"),
    ({"content": "x" * 8193}, "content", "max_length"),
    ({"content": ["x"]}, "content", "invalid_input"),
    ({"content": "\x00"}, "content", "null_characters_not_allowed"),
    ({"date_marker": "soon"}, "date_marker", "invalid_input"),
    ({"emoji": "x" * 17}, "emoji", "max_length"),
    ({"hidden_in_user_interface": "maybe"}, "hidden_in_user_interface", "invalid_input"),
    ({"tags": "q3"}, "tags", "not_a_list"),
]


@pytest.mark.parametrize(("body", "attr", "code"), BAD, ids=range(len(BAD)))
def test_create_annotation__field_that_is_none__refused(client, url, body, attr, code):
    assert_error(client.post(url, body), 400, code, attr)
    assert not Annotation.objects.exists()


def test_create_annotation__key_that_only_reads__forbidden(grace, url):
    reader = DocumentedClient(factories.make_key(grace, "annotation:read"))
    assert_error(reader.post(url, {}), 403, "permission_denied")
    assert reader.get(url).status_code == 200


def test_create_annotation__idempotency_key__made_once(client, url):
    headers = {"Idempotency-Key": "once"}
    first = client.post(url, {"content": "x"}, headers=headers)
    assert client.post(url, {"content": "x"}, headers=headers).json() == first.json()
    assert Annotation.objects.count() == 1


def test_create_annotation__any__cached_responses_stay(client, project, url):
    before = cache_versions(project_id=project.pk)

    response = client.post(url, {"content": "Launched", "scope": "project"})

    assert response.status_code == 201
    assert cache_versions(project_id=project.pk) == before
