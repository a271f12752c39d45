from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest

from activity.models import ActivityLog
from tests import factories
from tests.activity.history import entries, log
from tests.assertions import assert_error
from tests.looping import in_one_test


def ids(response):
    assert response.status_code == 200, response.content
    return [UUID(row["id"]) for row in response.json()["results"]]


def newest_first(project):
    return [entry.pk for entry in reversed(entries(project))]


@pytest.fixture
def holdouts(project, ada):
    return [factories.make_holdout(project, ada, name=f"Holdout {n}") for n in range(5)]


@pytest.mark.usefixtures("holdouts")
def test_list_activity_log__followed_by_cursor__everything_once(historian, project):
    seen, url, steps = [], f"{log(project)}?page_size=2&scope=Experiment", []
    while url:
        response = historian.get(url)
        steps.append(response.json()["previous"])
        seen += ids(response)
        url = response.json()["next"]

    assert seen == newest_first(project)
    assert len(steps) == 3
    assert steps[0] is None
    assert ids(historian.get(steps[2])) == seen[2:4]


@pytest.mark.usefixtures("holdouts")
def test_list_activity_log__something_new_meanwhile__next_page_stays(historian, project, ada):
    before = newest_first(project)
    following = historian.get(f"{log(project)}?page_size=2").json()["next"]

    factories.make_holdout(project, ada)

    assert ids(historian.get(following)) == before[2:4]


@pytest.mark.parametrize(
    "cursor", ["x", "%00", "cD0x", "cD1hYmM=", "bz05OTk5OTk5OTk5OTk5OTk5OTk5OTk=", "cj0xJnA9eg=="]
)
@pytest.mark.usefixtures("holdouts")
def test_list_activity_log__made_up_cursor__never_a_crash(historian, project, cursor):
    response = historian.get(f"{log(project)}?cursor={cursor}")

    if response.status_code != 200:
        assert_error(response, 404, "not_found")


@pytest.mark.usefixtures("holdouts")
def test_list_activity_log__by_page__counted(historian, project):
    response = historian.get(f"{log(project)}?page=2&page_size=2")

    assert list(response.json()) == ["count", "next", "previous", "results"]
    assert response.json()["count"] == 5
    assert ids(response) == newest_first(project)[2:4]
    links = [urlsplit(response.json()[name]) for name in ("next", "previous")]
    assert [parse_qs(link.query) for link in links] == [
        {"page": ["3"], "page_size": ["2"]},
        {"page_size": ["2"]},
    ]
    assert {link.path for link in links} == {log(project)}


@in_one_test("page", ["4", "0", "-1", "x", "1.5", "9" * 5000])
@pytest.mark.usefixtures("holdouts")
def test_list_activity_log__no_such_page__not_found(historian, project, page):
    assert_error(historian.get(f"{log(project)}?page={page}&page_size=2"), 404, "not_found")


@pytest.mark.parametrize("style", ["", "&page=1"])
@pytest.mark.parametrize(
    ("size", "length"),
    [("", 100), ("3", 3), ("0", 100), ("-1", 100), ("x", 100), ("1000", 101), ("5000", 101)],
)
def test_list_activity_log__page_size__within_its_bounds(
    historian, project, ada, size, length, style
):
    template = factories.make_holdout(project, ada)
    entry = entries(project)[0]
    ActivityLog.objects.bulk_create(
        ActivityLog(
            project=project,
            user=ada,
            activity="created",
            subject="ExperimentHoldout",
            scope="Experiment",
            item_id=str(template.pk),
            detail=entry.detail,
            created_at=entry.created_at,
        )
        for _ in range(100)
    )

    assert len(ids(historian.get(f"{log(project)}?page_size={size}{style}"))) == length
