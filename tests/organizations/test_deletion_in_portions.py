"""Large projects and organizations are hidden at once; what belongs to them goes in portions."""

import io
import json

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from approvals.models import WebhookDelivery
from approvals.services import set_webhook
from events.facts import Matcher, SourceDefinition, catch_up, get_or_create_sources
from events.models import Event, Source
from organizations.services.deletion import PORTION
from tests.approvals.receiver import ask_to_launch, gate_launches, listening
from tests.assertions import assert_error
from tests.client import Client, DocumentedClient
from tests.organizations.large import fill, finish, left


def test_deletion__large_project__answered_after_one_portion(admin, large, project_url):
    before = left(large)

    with CaptureQueriesContext(connection) as queries:
        response = admin.delete(project_url)

    assert (response.status_code, response.content) == (204, b"")
    assert before - PORTION <= left(large) < before
    assert len(queries) < 100


@pytest.mark.parametrize(
    "path",
    [
        "/api/projects/{project}/",
        "/api/projects/{project}/experiments/",
        "/api/projects/{project}/feature_flags/",
        "/api/projects/{project}/activity_log/",
        "/api/organizations/{organization}/projects/{project}/",
    ],
)
def test_deletion__large_project__not_found_at_once(client, admin, large, project_url, path):
    path = path.format(project=large.pk, organization=large.organization_id)
    assert client.get(path).status_code == 200

    admin.delete(project_url)

    assert_error(client.get(path), 404, "not_found")


def test_deletion__large_project__in_no_list(admin, deleted):
    organization = f"/api/organizations/{deleted.organization_id}/"

    assert admin.get("/api/projects/").json()["results"] == []
    assert admin.get(f"{organization}projects/").json()["results"] == []
    assert admin.get(organization).json()["projects"] == []


def test_deletion__large_project__told_once_in_the_history(admin, deleted):
    finish()

    log = admin.get(f"/api/organizations/{deleted.organization_id}/activity_log/").json()
    [entry] = log["results"]
    assert (entry["activity"], entry["item_id"]) == ("deleted", str(deleted.pk))


def test_deletion__again__not_found(admin, deleted, project_url):
    assert_error(admin.delete(project_url), 404, "not_found")


def test_deletion__large_project__name_is_free(admin, deleted):
    url = f"/api/organizations/{deleted.organization_id}/projects/"

    assert admin.post(url, {"name": deleted.name}).status_code == 201


def test_deletion__where_someone_is__they_are_elsewhere(admin, ada, client, large, project_url):
    ada.current_project = large
    ada.save(update_fields=["current_project"])

    admin.delete(project_url)

    assert client.get("/api/users/@me/").json()["team"] is None
    assert_error(client.get("/api/projects/@current/experiments/"), 404, "not_found")


def test_deletion__large_project__token_is_unknown(deleted):
    body = {"token": deleted.api_token, "distinct_id": "ann"}

    response = Client().post("/flags/?v=2", json.dumps(body), content_type="application/json")

    assert response.status_code == 401


def test_deletion__large_project__events_are_dropped(deleted):
    body = {"api_key": deleted.api_token, "event": "buy", "distinct_id": "ann"}

    Client().post("/i/v0/e/", json.dumps(body), content_type="application/json")

    assert not Event.objects.exists()


def test_deletion__large_project__events_and_facts_go(large, admin, project_url):
    body = {"api_key": large.api_token, "event": "buy", "distinct_id": "ann"}
    Client().post("/i/v0/e/", json.dumps(body), content_type="application/json")
    bought = SourceDefinition((Matcher("buy"),))
    catch_up(large.pk, get_or_create_sources(large.pk, [bought]))
    admin.delete(project_url)

    call_command("sweep_events", stdout=io.StringIO())

    assert not Event.objects.exists()
    assert not Source.objects.exists()


def test_deletion__large_project__secret_keys_are_unknown(admin, large, project_url):
    keys = f"/api/projects/{large.pk}/project_secret_api_keys/"
    made = admin.post(keys, {"label": "backend", "scopes": ["experiment:read"]}).json()
    program = DocumentedClient(made["value"])
    assert program.get("/api/projects/@current/experiments/").status_code == 200

    admin.delete(project_url)

    assert_error(program.get("/api/projects/@current/experiments/"), 401, "authentication_failed")


def test_deletion__notification_waits__not_posted(
    admin, edith, client, project, experiment, project_url
):
    gate_launches(project, edith, now=timezone.now())
    with listening() as receiver:
        set_webhook(project_id=project.pk, url=receiver.url, now=timezone.now())
        ask_to_launch(client, experiment)
        assert WebhookDelivery.objects.exists()
        fill(project)
        admin.delete(project_url)
        call_command("deliver_webhooks", stdout=io.StringIO())

    assert receiver.received == []
