import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actions.models import Action
from tests.assertions import assert_invalid


@pytest.fixture
def names(client, url):
    def names(**query):
        return [each["name"] for each in client.get(url, query).json()["results"]]

    return names


@pytest.fixture
def _three(make):
    make(name="Paid", tags=["money"])
    make(name="Größe", pinned_at="2026-01-01T00:00:00Z")
    make(name="Left", tags=["money", "churn"])


@pytest.mark.usefixtures("_three")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["Left", "Größe", "Paid"]),
        ({"search": "GRÖSSE"}, ["Größe"]),
        ({"tags": '["Money"]'}, ["Left", "Paid"]),
        ({"tags": "[]"}, ["Left", "Größe", "Paid"]),
        ({"ordering": "name"}, ["Größe", "Left", "Paid"]),
        ({"ordering": "-created_at"}, ["Left", "Größe", "Paid"]),
        ({"ordering": "-pinned_at"}, ["Größe", "Left", "Paid"]),
        ({"limit": "1", "offset": "1"}, ["Größe"]),
    ],
    ids=str,
)
def test_list_actions__asked_for_some__those(names, query, found):
    assert names(**query) == found


def test_list_actions__by_author__theirs(names, make, ada, grace):
    make()
    assert names(created_by=f"{ada.pk},{grace.pk}") == ["Paid"]
    assert names(created_by=str(grace.pk)) == []


@pytest.mark.parametrize(
    "query", [{"ordering": "colour"}, {"created_by": "x"}, {"tags": "x"}], ids=str
)
def test_list_actions__parameter_that_means_nothing__refused(client, url, query):
    assert_invalid(client.get(url, query), None)


def test_list_actions__many__all_on_one_page(client, url, project, ada):
    Action.objects.bulk_create(Action(project=project, name=str(n)) for n in range(150))
    body = client.get(url).json()
    assert (body["count"], len(body["results"]), body["next"]) == (150, 150, None)


@pytest.mark.usefixtures("_no_response_cache")
def test_list_actions__many__as_many_queries_as_for_one(client, url, make):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        return len(captured)

    make(name="0")
    queries()
    few = queries()
    for number in range(1, 4):
        make(name=str(number))
    assert queries() == few


def test_list_actions__read_before_a_change__read_anew(client, url, make, names):
    found = make()
    assert names() == ["Paid"]
    client.patch(f"{url}{found['id']}/", {"name": json.dumps("x")})
    assert names() == ['"x"']
