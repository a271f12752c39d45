"""The authentication context is cached until it changes, for writes as well."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.db import triggers
from core.db.cache_versions import TABLE, invalidating_tables
from holdouts.models import Holdout
from tenants import levels
from tenants.models import Membership
from tenants.selectors import Target
from tenants.services import Holder, set_rule
from tests import factories
from tests.client import DocumentedClient
from tests.response_cache.refusals import REFUSALS
from users.models import PersonalAPIKey, User

KEYS = "users_personalapikey"
NOON = datetime(2126, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def url(project):
    return f"/api/projects/{project.pk}/experiment_holdouts/"


@pytest.fixture
def member(grace):
    return DocumentedClient(factories.make_key(grace))


def write(client, url):
    return client.post(url, {"name": "One"}).status_code


def statements(client, url):
    with CaptureQueriesContext(connection) as queries:
        assert write(client, url) == 201
    return [query["sql"] for query in queries]


def about_keys(client, url):
    return [sql for sql in statements(client, url) if KEYS in sql]


def test_write__again__key_not_asked_for(client, url):
    # The first use of a key is noted, so that what was read before it is out of date.
    write(client, url)
    write(client, url)

    assert about_keys(client, url) == []


def test_write__not_known_yet__name_asked_for_before_the_key(client, url):
    # What changes in between must not be kept under the name that the change gave.
    asked = statements(client, url)

    names, keys = (next(i for i, sql in enumerate(asked) if t in sql) for t in (TABLE, KEYS))
    assert names < keys


@pytest.mark.usefixtures("_no_response_cache")
def test_write__with_a_memory_of_nothing__key_asked_for(client, url):
    write(client, url)
    write(client, url)

    assert about_keys(client, url)


def test_write__without_names__key_asked_for(client, url):
    triggers.uninstall(connection)
    write(client, url)
    write(client, url)

    assert about_keys(client, url)


def test_write__another_key__its_own_user(client, member, grace, url):
    write(client, url)

    assert member.post(url, {"name": "Two"}).json()["created_by"]["id"] == grace.pk


@pytest.mark.parametrize("name", REFUSALS)
def test_write__may_not_any_more__refused_at_once(member, url, name):
    status, change = REFUSALS[name]
    assert [write(member, url) for _ in range(3)] == [201] * 3

    change()

    assert write(member, url) == status


def test_write__a_first_rule__binds_at_once(member, url, project, ada, grace):
    assert [write(member, url) for _ in range(3)] == [201] * 3

    place = Membership.objects.get(user=grace)
    set_rule(
        target=Target(project, levels.PROJECT, project),
        holder=Holder(member=place),
        access_level="none",
        actor=ada,
        now=timezone.now(),
    )

    assert write(member, url) == 403


def test_write__current_project_changed__in_the_other_one(client, ada, project, organization):
    url, other = "/api/projects/@current/experiment_holdouts/", factories.make_project(organization)
    User.objects.filter(pk=ada.pk).update(current_project=project)
    assert [write(client, url) for _ in range(3)] == [201] * 3

    User.objects.filter(pk=ada.pk).update(current_project=other)
    write(client, url)

    assert Holdout.objects.filter(project=other).count() == 1


def test_write__an_hour_later__use_noted_once(client, url):
    with time_machine.travel(NOON, tick=False) as clock:
        write(client, url)
        clock.move_to(NOON + timedelta(hours=2))
        write(client, url)
        write(client, url)

        assert about_keys(client, url) == []
        assert PersonalAPIKey.objects.get().last_used_at == NOON + timedelta(hours=2)


def test_auth_context__all_tables_of_its_query__in_the_global_scope(client, url, project):
    with CaptureQueriesContext(connection) as queries:
        write(client, url)

    [asked] = [query["sql"] for query in queries if f'"{KEYS}" ' in query["sql"]][:1]
    everywhere = {
        each.table for each in invalidating_tables() if not each.project and not each.through
    }
    assert set(re.findall(r'(?:FROM|JOIN) "(\w+)"', asked)) - {TABLE} <= everywhere
