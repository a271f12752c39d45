"""Lists of flags are found in one index, which knows what filters say."""

import pytest
from django.db import connection
from django.utils import timezone

from feature_flags.selectors import list_eligible_flags, list_live_flags
from tenants.access import Access
from tests.planner import forbid

COVERING = {
    "sqlite": "COVERING INDEX flags_in_lists",
    "postgresql": "Index Only Scan using flags_in_lists",
}


@pytest.fixture(autouse=True)
def _few_rows(db):
    forbid("seqscan", "bitmapscan", "sort")


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"active": "true"},
        {"active": "STALE"},
        {"type": "multivariant"},
        {"eligible_for_experiment": "true"},
        {"created_by_id": "7"},
    ],
    ids=lambda asked: "=".join(next(iter(asked.items()), ())) or "all",
)
def test_list_flags__narrowed__no_row_read_to_find_them(project, asked):
    access = Access(project=project, membership=None)
    flags = list_live_flags(access=access, parameters=asked, now=timezone.now())

    assert COVERING[connection.vendor] in flags.values("pk")[:100].explain()


def test_eligible_flags__all__no_row_read_to_find_them(project):
    flags = list_eligible_flags(project=project, parameters={})

    assert COVERING[connection.vendor] in flags.values("pk")[:100].explain()
