import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotations.models import Annotation
from tenants import levels
from tenants.models import Membership
from tenants.selectors import Target
from tenants.services import Holder, set_rule
from tests import factories
from tests.client import DocumentedClient


@pytest.fixture
def contents(client, url):
    def contents(by=client, at=url, **query):
        return [each["content"] for each in by.get(at, query).json()["results"]]

    return contents


def test_list_annotations__moments__latest_first(make, contents):
    make(content="middle", date_marker="2026-02-01T00:00:00Z")
    make(content="first", date_marker="2026-01-01T00:00:00Z")
    make(content="none", date_marker=None)
    make(content="last", date_marker="2026-03-01T00:00:00Z")
    assert contents() == ["last", "middle", "first", "none"]
    assert contents(limit=1, offset=1) == ["middle"]


def test_list_annotations__search__those(make, contents):
    make(content="Größe launched")
    make(content="Other")
    assert contents(search="GRÖSSE") == ["Größe launched"]


def test_list_annotations__many__pages_of_1000(client, url, project):
    Annotation.objects.bulk_create(Annotation(project=project) for _ in range(1001))
    body = client.get(url).json()
    assert (body["count"], len(body["results"])) == (1001, 1000)
    assert len(client.get(body["next"]).json()["results"]) == 1
    assert len(client.get(url, {"limit": 5000}).json()["results"]) == 1000


def test_list_annotations__of_the_organization__in_all_its_projects(make, contents, sister):
    make(content="ours", scope="organization")
    make(content="mine")
    assert contents(at=sister) == ["ours"]


def test_list_annotations__of_the_organization__not_elsewhere(
    make, contents, outsider, foreign_project
):
    make(content="ours", scope="organization")
    assert contents(by=outsider, at=f"/api/projects/{foreign_project.pk}/annotations/") == []


def test_list_annotations__shared_from_a_closed_project__not_shown(
    make, contents, sister, project, organization, grace
):
    make(content="ours", scope="organization")
    admin = factories.make_user("admin@example.com", organization, Membership.Level.ADMIN)
    set_rule(
        target=Target(project, levels.PROJECT, project),
        holder=Holder(member=grace.memberships.get()),
        access_level="none",
        actor=admin,
        now=timezone.now(),
    )
    assert contents(by=DocumentedClient(factories.make_key(grace)), at=sister) == []


def test_list_annotations__many__as_many_queries_as_for_one(client, url, make):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        return len(captured)

    make()
    queries()
    few = queries()
    make()
    make()
    assert queries() == few
