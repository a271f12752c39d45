import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from experiments.selectors import list_experiments
from tenants.access import Access
from tests import factories
from tests.experiments.paths import collection
from tests.planner import forbid

COVERING = {"sqlite": "COVERING INDEX", "postgresql": "Index Only Scan"}


@pytest.fixture
def rows_of(project):
    forbid("seqscan", "bitmapscan", "sort")
    access = Access(project=project, membership=None)
    return lambda **asked: list_experiments(
        access=access, parameters=asked, clock=timezone.now
    ).values("pk")


def test_list_experiments__default_order__read_from_the_index(rows_of):
    plan = rows_of()[:100].explain()

    assert "experiments_in_lists" in plan
    assert "Sort" not in plan
    assert "B-TREE" not in plan


@pytest.mark.parametrize(
    "asked",
    [
        {"archived": "true"},
        {"status": "draft"},
        {"status": "paused"},
        {"search": "checkout"},
        {"order": "name"},
        {"order": "duration"},
    ],
    ids=lambda asked: "=".join(*asked.items()),
)
def test_list_experiments__narrowed__no_row_read_to_find_them(rows_of, asked):
    plan = rows_of(**asked)[:100].explain()

    assert plan.count(COVERING[connection.vendor]) == plan.count("_in_lists")


def test_list_experiments__later_page__only_ids_skipped(client, project, ada):
    experiments = [factories.make_experiment(project, ada) for _ in range(4)]

    with CaptureQueriesContext(connection) as queries:
        response = client.get(collection(project), {"limit": 2, "offset": 1})

    shown = [row["id"] for row in response.json()["results"]]
    assert shown == [experiments[2].pk, experiments[1].pk]
    [statement] = [query["sql"] for query in queries if "OFFSET 1" in query["sql"]]
    skipping = statement[: statement.index("OFFSET 1")].rpartition("(SELECT")[2]
    assert "JOIN" not in skipping
