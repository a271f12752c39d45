import re

import pytest
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from django.utils import timezone

from actions.models import Action
from core.db import triggers
from core.db.cache_versions import TABLE
from holdouts.views import HoldoutViewSet
from tests import factories
from tests.client import DocumentedClient
from tests.response_cache.cached_tables import ignored_by_cache, touched_tables
from tests.response_cache.refusals import REFUSALS
from tests.test_house_rules import routes
from users.models import PersonalAPIKey, User


def queries_of(client, url, **options):
    with CaptureQueriesContext(connection) as queries:
        response = client.get(url, **options)
    assert response.status_code == 200
    return [query["sql"] for query in queries if TABLE not in query["sql"]]


def test_read__again__no_query_but_for_names(client, urls):
    for url in urls:
        first = client.get(url)

        assert queries_of(client, url) == []
        assert client.get(url).content == first.content


def test_read__again__same_headers(client, urls):
    first, second = client.get(urls[0]), client.get(urls[0])

    own = ("X-Request-ID",)
    assert [item for item in second.headers.items() if item[0] not in own] == [
        item for item in first.headers.items() if item[0] not in own
    ]


def test_read__again_and_known__304(client, urls):
    etag = client.get(urls[0]).headers["ETag"]

    response = client.get(urls[0], headers={"If-None-Match": etag})

    assert (response.status_code, response.content) == (304, b"")


def test_read__of_the_current_project__cached_from_the_second_time_on(client, urls):
    url = urls[0].replace("/projects/", "/projects/@current/", 1)
    url = re.sub(r"@current/\d+", "@current", url)
    client.get(url)
    client.get(url)

    assert queries_of(client, url) == []


def test_read__current_project_changed__the_other_one(client, ada, urls, organization):
    url = re.sub(r"projects/\d+", "projects/@current", urls[1])
    assert [client.get(url).status_code for _ in range(3)] == [200, 200, 200]

    User.objects.filter(pk=ada.pk).update(current_project=factories.make_project(organization))

    assert client.get(url).status_code == 404


def test_read__current_project_changed_after_a_read_of_another__as_it_is_now(
    client, ada, project, organization
):
    other = factories.make_project(organization)
    User.objects.filter(pk=ada.pk).update(current_project=project)
    url = "/api/projects/@current/experiment_holdouts/"
    assert [client.get(url).json()["count"] for _ in range(3)] == [0, 0, 0]
    client.get(f"/api/projects/{other.pk}/experiment_holdouts/")

    client.post(f"/api/projects/{project.pk}/experiment_holdouts/", {"name": "Control"})

    assert client.get(url).json()["count"] == 1


@pytest.mark.parametrize("values", [{"name": "Purchased"}, {"deleted": True}], ids=str)
def test_read__action_of_a_metric_changed__answered_anew(client, urls, fresh, values):
    before = client.get(urls[-1])

    Action.objects.update(**values)

    after = client.get(urls[-1])
    assert after.content == fresh(client, urls[-1]).content
    assert after.headers["ETag"] != before.headers["ETag"]


def test_read__all_touched_tables__watched(colleague, urls, fresh):
    with CaptureQueriesContext(connection) as queries:
        for url in urls:
            assert fresh(colleague, url).status_code == 200

    touched = touched_tables([query["sql"] for query in queries])
    assert ignored_by_cache(touched) == set()
    assert {"tenants_accesscontrol", "actions_action"} <= touched


def test_read__of_a_table_that_is_not_watched__fails_in_any_test(client, urls, monkeypatch):
    listed = HoldoutViewSet.get_queryset

    def with_another_table(self):
        list(Session.objects.values_list("pk"))
        list(ContentType.objects.all())
        return listed(self)

    monkeypatch.setattr(HoldoutViewSet, "get_queryset", with_another_table)

    with pytest.raises(AssertionError, match="django_content_type"):
        client.get(urls[2])


def test_cached_actions__of_all_views__these_addresses(urls):
    cached = {
        callback.cls.__name__: tuple(callback.cls.cached)
        for _, callback in routes(get_resolver().url_patterns)
        if getattr(getattr(callback, "cls", None), "cached", ())
    }

    assert len(cached) * 2 == len(urls)
    assert set(cached.values()) == {("list", "retrieve")}


def test_cached_actions__read__without_the_clock(client, urls, monkeypatch):
    def clock(view):
        raise AssertionError("The response depends on the time: declare that in `cached`.")

    monkeypatch.setattr("api.viewsets.ScopedViewSet.now", property(clock))

    assert {client.get(url).status_code for url in urls} == {200}


def test_read__by_another_key__asked_anew(client, colleague, urls):
    client.get(urls[1])

    assert client.get(urls[1]).json()["user_access_level"] == "manager"
    assert colleague.get(urls[1]).json()["user_access_level"] == "viewer"


def test_read__with_an_unknown_key__401(client, urls):
    client.get(urls[0])

    assert DocumentedClient("phx_unknown").get(urls[0]).status_code == 401


def test_read__order_that_depends_on_the_time__not_cached(client, urls):
    url = f"{urls[0]}?order=duration"
    client.get(url)

    assert queries_of(client, url)


def test_read__other_host__links_to_it(client, urls):
    url = f"{urls[2]}?limit=1&offset=1"
    client.get(url)

    response = client.get(url, SERVER_NAME="localhost")

    assert response.json()["previous"].startswith("http://localhost/")


def test_read__without_versions__not_cached(client, urls):
    triggers.uninstall(connection)
    client.get(urls[0])

    assert queries_of(client, urls[0])


def test_read__with_rate_limits__counted(client, urls, settings):
    settings.RATE_LIMIT_ENABLED = True
    settings.RATE_LIMITS = {"burst": "2/minute", "sustained": "9/hour"}

    assert [client.get(urls[0]).status_code for _ in range(3)] == [200, 200, 429]


def test_read__with_rate_limits__refused_as_on_the_long_way(client, urls, settings, fresh):
    settings.RATE_LIMIT_ENABLED = True
    settings.RATE_LIMITS = {"burst": "1/minute", "sustained": "9/hour"}
    client.get(urls[0])

    cached, counted = client.get(urls[0]), fresh(client, urls[0])

    assert cached.json() == counted.json()
    assert cached.headers.keys() == counted.headers.keys()


def test_read__larger_than_the_memory__answered(client, urls, monkeypatch):
    monkeypatch.setattr("api.response_cache._cache.getsizeof", lambda answer: 2**40)
    client.get(urls[0])

    assert queries_of(client, urls[0])


@pytest.mark.parametrize("name", REFUSALS)
def test_read__may_not_any_more__refused_at_once(colleague, urls, name):
    status, change = REFUSALS[name]
    assert colleague.get(urls[0]).status_code == 200

    change()

    assert colleague.get(urls[0]).status_code == status


def test_read__use_of_a_key_noted__still_cached(client, urls):
    client.get(urls[0])

    PersonalAPIKey.objects.update(last_used_at=timezone.now())

    assert queries_of(client, urls[0]) == []
