import pytest

from actions.models import Action
from activity.models import ActivityLog
from tests import factories
from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient

STEPS = [
    {
        "event": "paid",
        "properties": [
            {"key": "amount", "type": "event", "operator": "gt", "value": 10},
            {"key": "email", "type": "person", "operator": "regex", "value": "@example\\.com$"},
        ],
        "url": "/checkout",
        "url_matching": "contains",
    },
    {
        "event": "$autocapture",
        "selector": None,
        "tag_name": "button",
        "text": "Pay",
        "text_matching": "exact",
        "href": "^/pay/[0-9]+$",
        "href_matching": "regex",
        "url": None,
        "url_matching": None,
    },
]


def test_create_action__everything__stored_and_shown(client, url, project, ada):
    body = {
        "name": "Paid",
        "description": "Money came in",
        "tags": ["Revenue", " q3 "],
        "post_to_slack": True,
        "slack_message_format": "[event.name]",
        "steps": STEPS,
        "pinned_at": "2026-01-01T00:00:00Z",
        "_create_in_folder": "Unfiled",
    }

    response = client.post(url, body)

    assert response.status_code == 201
    stored = Action.objects.get()
    assert (stored.project, stored.created_by, stored.steps) == (project, ada, STEPS)
    assert (stored.tags, stored.folder) == (["q3", "revenue"], "Unfiled")
    shown = response.json()
    assert list(shown) == [
        *("id", "name", "description", "tags", "post_to_slack", "slack_message_format", "steps"),
        *("created_at", "created_by", "deleted", "is_calculating", "last_calculated_at"),
        *("team_id", "is_action", "bytecode_error", "pinned_at", "creation_context"),
        "user_access_level",
    ]
    assert (shown["steps"], shown["team_id"], shown["is_action"]) == (STEPS, project.pk, True)
    assert (shown["pinned_at"], shown["deleted"]) == ("2026-01-01T00:00:00Z", False)
    assert shown["user_access_level"] == "manager"
    entry = ActivityLog.objects.get(scope="Action")
    assert (entry.activity, entry.detail["name"]) == ("created", "Paid")


def test_create_action__nothing__an_action_without_a_name(client, url):
    for _ in range(2):
        body = client.post(url, {}).json()
        assert (body["name"], body["steps"], body["tags"]) == (None, [], [])


def test_create_action__empty_name__none(client, url):
    assert client.post(url, {"name": ""}).json()["name"] is None


def test_create_action__name_of_another__refused(client, url, make):
    make()
    assert_error(client.post(url, {"name": "Paid"}), 400, "unique", "name")
    assert Action.objects.count() == 1


def test_create_action__name_of_a_deleted_one__taken(client, url, make):
    found = make()
    client.patch(f"{url}{found['id']}/", {"deleted": True})
    assert make()["name"] == "Paid"


def test_create_action__name_in_another_project__free(outsider, make, foreign_project):
    make()
    response = outsider.post(f"/api/projects/{foreign_project.pk}/actions/", {"name": "Paid"})
    assert response.status_code == 201


FILTER = {"key": "amount", "type": "event", "operator": "gt", "value": 10}
BAD_STEPS = {
    "no object": ["paid"],
    "unknown member": [{"event": "paid", "colour": "red"}],
    "event no text": [{"event": 7}],
    "event too long": [{"event": "x" * 2001}],
    "unknown matching": [{"url": "/", "url_matching": "like"}],
    "matching no text": [{"url": "/", "url_matching": ["exact"]}],
    "pattern of no language": [{"url": "(", "url_matching": "regex"}],
    "pattern that RE2 lacks": [{"text": "(?=x)", "text_matching": "regex"}],
    "pattern too large": [{"href": "(a{1000}){1000}", "href_matching": "regex"}],
    "properties no list": [{"properties": {}}],
    "filter no object": [{"properties": ["amount"]}],
    "filter without key": [{"properties": [{"value": 1}]}],
    "unknown operator": [{"properties": [FILTER | {"operator": "near"}]}],
    "unknown type": [{"properties": [FILTER | {"type": "evnt"}]}],
    "type no text": [{"properties": [FILTER | {"type": ["event"]}]}],
    "pattern in a filter": [{"properties": [FILTER | {"operator": "regex", "value": "("}]}],
    "value is an object": [{"properties": [FILTER | {"value": {}}]}],
    "values nested": [{"properties": [FILTER | {"value": [[1]]}]}],
    "too many values": [{"properties": [FILTER | {"operator": "exact", "value": [1] * 201}]}],
    "value too long": [{"properties": [FILTER | {"operator": "exact", "value": "x" * 2001}]}],
    "too many filters": [{"properties": [FILTER] * 101}] * 2,
    "too many steps": [{"event": "paid"}] * 51,
}


@pytest.mark.parametrize("steps", BAD_STEPS.values(), ids=BAD_STEPS.keys())
def test_create_action__steps_that_cannot_be_read__refused(client, url, steps):
    assert_invalid(client.post(url, {"name": "Paid", "steps": steps}), "steps")
    assert not Action.objects.exists()


BAD = [
    ({"name": "x" * 401}, "name", "max_length"),
    ({"name": ["x"]}, "name", "invalid_input"),
    ({"description": None}, "description", "null"),
    ({"slack_message_format": "x" * 1201}, "slack_message_format", "max_length"),
    ({"steps": None}, "steps", "null"),
    ({"steps": {}}, "steps", "not_a_list"),
    ({"steps": [{"event": "\x00"}]}, "steps", "invalid_input"),
    ({"tags": "q3"}, "tags", "not_a_list"),
    ({"pinned_at": "soon"}, "pinned_at", "invalid_input"),
    ({"post_to_slack": "maybe"}, "post_to_slack", "invalid_input"),
]


@pytest.mark.parametrize(("body", "attr", "code"), BAD, ids=range(len(BAD)))
def test_create_action__field_that_is_none__refused(client, url, body, attr, code):
    assert_error(client.post(url, body), 400, code, attr)


@pytest.mark.parametrize("kind", ["element", "cohort", "hogql", "session"])
def test_create_action__filter_that_results_cannot_compute__kept(make, kind):
    wanted = {"key": "text", "type": kind, "operator": "exact", "value": "Pay"}
    assert make(steps=[{"properties": [wanted]}])["steps"] == [{"properties": [wanted]}]


def test_create_action__key_that_only_reads__forbidden(grace, url):
    reader = DocumentedClient(factories.make_key(grace, "action:read"))
    assert_error(reader.post(url, {"name": "Paid"}), 403, "permission_denied")
    assert reader.get(url).status_code == 200


def test_create_action__idempotency_key__made_once(client, url):
    headers = {"Idempotency-Key": "once"}
    first = client.post(url, {"name": "Paid"}, headers=headers)
    again = client.post(url, {"name": "Paid"}, headers=headers)
    assert (again.status_code, again.json()) == (201, first.json())
    assert Action.objects.count() == 1


def test_create_action__environment__the_project(client, project):
    url = f"/api/environments/{project.pk}/actions/"
    assert client.post(url, {"name": "Paid"}).json()["team_id"] == project.pk
