from datetime import UTC, datetime, timedelta

import pytest

from feature_flags.models import FeatureFlag
from tests import factories
from tests.assertions import assert_invalid
from tests.experiments.paths import collection
from tests.looping import in_one_test

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


def url(project) -> str:
    return f"{collection(project)}eligible_feature_flags/"


def keys(response) -> list[str]:
    assert response.status_code == 200, response.content
    return [flag["key"] for flag in response.json()["results"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"search": "PAY"}, ["pay-now", "cart"]),
        ({"search": "now"}, ["pay-now"]),
        ({"search": "%"}, []),
        ({"search": "\x00"}, []),
        ({"search": ""}, ["pay-now", "cart", "banner"]),
        ({"active": "true"}, ["pay-now", "banner"]),
        ({"active": "True"}, ["pay-now", "banner"]),
        ({"active": "false"}, ["cart"]),
        ({"active": "maybe"}, ["cart"]),
        ({"evaluation_runtime": "server"}, ["banner"]),
        ({"evaluation_runtime": "\x00"}, []),
        ({"has_evaluation_contexts": "true"}, ["cart"]),
        ({"has_evaluation_contexts": "1"}, ["cart"]),
        ({"has_evaluation_contexts": "YES"}, ["cart"]),
        ({"has_evaluation_contexts": "false"}, ["pay-now", "banner"]),
        ({"has_evaluation_contexts": ""}, ["pay-now", "cart", "banner"]),
        ({"created_by_id": "999999999999999999"}, []),
        ({"created_by_id": ""}, ["pay-now", "cart", "banner"]),
        ({"search": "pay", "active": "true"}, ["pay-now"]),
        ({"nonsense": "1"}, ["pay-now", "cart", "banner"]),
    ],
    ids=str,
)
def test_eligible_flags__filter__those_that_match(client, project, query, found):
    factories.make_flag(project, "banner", evaluation_runtime="server")
    factories.make_flag(
        project, "cart", name="To pay", active=False, evaluation_contexts=["checkout"]
    )
    factories.make_flag(project, "pay-now")

    response = client.get(url(project), query)

    assert keys(response) == found
    assert response.json()["count"] == len(found)


def test_eligible_flags__created_by__those_of_this_person(client, project, ada, grace):
    factories.make_flag(project, "of-ada", created_by=ada)
    factories.make_flag(project, "of-grace", created_by=grace)

    assert keys(client.get(url(project), {"created_by_id": grace.pk})) == ["of-grace"]


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ("", ["a", "c", "b"]),
        ("-created_at", ["a", "c", "b"]),
        ("created_at", ["b", "c", "a"]),
        ("key", ["a", "b", "c"]),
        ("-key", ["c", "b", "a"]),
        ("name", ["b", "a", "c"]),
        ("-name", ["c", "a", "b"]),
    ],
)
def test_eligible_flags__order__as_asked(client, project, order, found):
    for days, (key, name) in enumerate([("b", "1"), ("c", "3"), ("a", "2")]):
        factories.make_flag(project, key, name=name, created_at=NOW + timedelta(days=days))

    assert keys(client.get(url(project), {"order": order})) == found


@pytest.mark.parametrize(("order", "found"), [("name", ["a", "b"]), ("-name", ["b", "a"])])
def test_eligible_flags__same_name__the_id_decides(client, project, order, found):
    factories.make_flag(project, "a")
    factories.make_flag(project, "b")

    assert keys(client.get(url(project), {"order": order})) == found


@in_one_test(
    "query",
    [
        {"order": "version"},
        {"order": "--key"},
        {"order": "filters__groups"},
        {"created_by_id": "ada"},
        {"created_by_id": "-1"},
        {"created_by_id": "1,x"},
        {"created_by_id": "9" * 5000},
    ],
    ids=lambda query: str(query)[:30],
)
def test_eligible_flags__senseless_parameter__refused(client, project, query):
    assert_invalid(client.get(url(project), query), None)


def test_eligible_flags__limit_and_offset__one_page(client, project):
    for number in range(5):
        factories.make_flag(project, f"flag-{number}")

    response = client.get(url(project), {"limit": 2, "offset": 1, "order": "key"})

    assert keys(response) == ["flag-1", "flag-2"]
    assert response.json()["count"] == 5


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({}, 20),
        ({"limit": "100"}, 100),
        ({"limit": "101"}, 100),
        ({"limit": "9" * 30}, 100),
        ({"limit": "0"}, 0),
        ({"offset": "-3"}, 20),
        ({"offset": "100"}, 1),
        ({"offset": "101"}, 0),
        ({"offset": "9" * 30}, 0),
    ],
    ids=str,
)
def test_eligible_flags__many_flags__page_of_this_size(client, project, query, shown):
    template = factories.make_flag(project)
    FeatureFlag.objects.bulk_create(
        FeatureFlag(project=project, key=f"more-{number}", filters=template.filters)
        for number in range(100)
    )

    response = client.get(url(project), query)

    assert len(keys(response)) == shown
    assert response.json()["count"] == 101


@in_one_test(
    "query",
    [
        {"limit": "many"},
        {"limit": ""},
        {"limit": "2.5"},
        {"limit": "-1"},
        {"limit": "\u0662"},
        {"offset": "x"},
        {"offset": ""},
        {"offset": "9" * 5000},
    ],
    ids=lambda query: ascii(query)[:30],
)
def test_eligible_flags__bad_page__refused_barely(client, project, query):
    response = client.get(url(project), query)

    assert response.status_code == 400
    assert list(response.json()) == ["error", "detail"]
    assert next(iter(query)) in response.json()["error"]
