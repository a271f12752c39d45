import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from experiments.selectors import list_experiments
from tests import factories
from tests.experiments.paths import collection


@pytest.fixture
def rows(project):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # It reads so few rows whole, whatever indexes there are.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
    return list_experiments(project=project, parameters={}, clock=timezone.now)


def test_list_experiments__default_order__read_from_the_index(rows):
    plan = rows.values("pk")[:100].explain()

    assert "listed_experiments_newest" in plan
    assert "Sort" not in plan
    assert "B-TREE" not in plan


def test_list_experiments__later_page__only_ids_skipped(client, project, ada):
    experiments = [factories.make_experiment(project, ada) for _ in range(4)]

    with CaptureQueriesContext(connection) as queries:
        response = client.get(collection(project), {"limit": 2, "offset": 1})

    shown = [row["id"] for row in response.json()["results"]]
    assert shown == [experiments[2].pk, experiments[1].pk]
    [statement] = [query["sql"] for query in queries if "OFFSET 1" in query["sql"]]
    skipping = statement[: statement.index("OFFSET 1")].rpartition("(SELECT")[2]
    assert "JOIN" not in skipping
