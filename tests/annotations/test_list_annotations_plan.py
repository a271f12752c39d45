import pytest
from django.db import connection

from annotations.selectors import list_live_annotations


@pytest.fixture
def rows(project, ada):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # It reads so few rows whole, whatever indexes there are.
            cursor.execute("SET LOCAL enable_seqscan = off")
    return list_live_annotations(project=project, user=ada, parameters={})


def test_list_annotations__own_and_shared__both_from_an_index(rows, project, sister):
    plan = rows.order_by().values("pk").explain()

    assert "annotations_of_a_scope" in plan
    assert "SCAN" not in plan.upper().replace("INDEX SCAN", "").replace("HEAP SCAN", "")
