"""Sending events as SDKs do, and looking at what is stored of them."""

import json
from collections.abc import Callable

import pytest
from django.db import connections
from django.http import HttpResponse

from events.facts import (
    Matcher,
    SourceDefinition,
    Value,
    ValueKind,
    catch_up,
    facts_alias,
    get_or_create_sources,
)
from events.models import Event
from events.services import taxonomy
from tenants.models import Project
from tests.client import Client


@pytest.fixture(autouse=True)
def _nothing_noted() -> None:
    # What a test's transaction noted is undone with it.
    taxonomy.noted.clear()


@pytest.fixture
def visitor() -> Client:
    """A client without cookies or keys; the pages of any site."""
    return Client()


@pytest.fixture
def send(visitor: Client, project: Project) -> Callable[..., HttpResponse]:
    """Send events of the project as one batch."""

    def send_batch(*events: dict, **envelope: object) -> HttpResponse:
        body = {"api_key": project.api_token, "batch": list(events)} | envelope
        return visitor.post("/batch/", json.dumps(body), content_type="application/json")

    return send_batch


@pytest.fixture
def stored(db: None) -> Callable[[], list[Event]]:
    """Return the events as they are stored, in their order."""
    return lambda: list(Event.objects.order_by("id"))


PURCHASES = SourceDefinition((Matcher("buy"),), Value(ValueKind.NUMBER, "amount"))


@pytest.fixture
def facts(project: Project) -> Callable[..., list[tuple]]:
    """Catch up and return the facts of a source: person, value."""

    def read(definition: SourceDefinition = PURCHASES) -> list[tuple]:
        [source] = get_or_create_sources(project.pk, [definition])
        catch_up(project.pk, [source])
        with connections[facts_alias()].cursor() as cursor:
            cursor.execute(
                "SELECT person, value FROM events_fact WHERE source = %s ORDER BY event", [source]
            )
            return cursor.fetchall()

    return read


def event(name: str = "signup", distinct_id: str = "ann", **members: object) -> dict:
    """Make an event as an SDK sends it."""
    return {"event": name, "distinct_id": distinct_id, **members}
