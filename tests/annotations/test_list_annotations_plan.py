import pytest

from annotations.selectors import list_live_annotations
from tests.planner import forbid


@pytest.fixture
def rows(project, ada):
    forbid("seqscan")
    return list_live_annotations(project=project, user=ada, parameters={})


def test_list_annotations__own_and_shared__both_from_an_index(rows, project, sister):
    plan = rows.order_by().values("pk").explain()

    assert "annotations_of_a_scope" in plan
    assert "SCAN" not in plan.upper().replace("INDEX SCAN", "").replace("HEAP SCAN", "")
