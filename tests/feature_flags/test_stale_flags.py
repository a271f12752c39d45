from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from feature_flags.filters import is_rolled_out
from tests import factories
from tests.feature_flags.paths import flags_of

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
EVERYONE = {"properties": [], "rollout_percentage": 100}
BOOLEAN = {"groups": [EVERYONE]}


def with_shares(*shares: float, groups: tuple[dict, ...] = (EVERYONE,)) -> dict:
    variants = [{"key": f"v{n}", "rollout_percentage": share} for n, share in enumerate(shares)]
    return {"groups": [*groups], "multivariate": {"variants": variants}}


PLAN = {"key": "plan", "type": "person", "value": "pro"}
ROLLED_OUT = {
    "everyone": BOOLEAN,
    "share absent": {"groups": [{"properties": []}]},
    "share null": {"groups": [{"rollout_percentage": None}]},
    "share as a decimal": {"groups": [{"properties": [], "rollout_percentage": 100.0}]},
    "second group": {"groups": [{"rollout_percentage": 5}, EVERYONE]},
    "variants null": BOOLEAN | {"multivariate": None},
    "no variants": BOOLEAN | {"multivariate": {"variants": []}},
    "one variant": with_shares(0, 100),
}
NOT_ROLLED_OUT = {
    "no groups": {"groups": []},
    "nothing": {},
    "share of 99": {"groups": [{"properties": [], "rollout_percentage": 99.9}]},
    "share of 0": {"groups": [{"properties": [], "rollout_percentage": 0}]},
    "with a property": {"groups": [EVERYONE | {"properties": [PLAN]}]},
    "two variants": with_shares(50, 50),
    "one variant for some": with_shares(100, groups=({"rollout_percentage": 5},)),
    "groups from another world": {"groups": ["x", 5, None, []], "multivariate": {"variants": "x"}},
}


@pytest.mark.parametrize(
    "filters",
    [*ROLLED_OUT.values(), *NOT_ROLLED_OUT.values()],
    ids=[*ROLLED_OUT, *NOT_ROLLED_OUT],
)
def test_list_flags__stale__as_the_status_says(client, project, filters):
    factories.make_flag(project, filters=filters, created_at=LONG_AGO)

    [flag] = client.get(flags_of(project)).json()["results"]
    stale = client.get(flags_of(project), {"active": "STALE"}).json()["count"]

    assert is_rolled_out(filters) is (filters in ROLLED_OUT.values())
    assert (stale == 1) is (flag["status"] == "STALE") is is_rolled_out(filters)


@pytest.mark.parametrize(
    ("values", "count"),
    [({}, 1), ({"active": False}, 0), ({"deleted": True}, 0), ({"days": 29}, 0)],
    ids=str,
)
def test_list_flags__stale__only_old_and_active(client, project, values, count):
    age = timedelta(days=values.get("days", 31))
    others = {name: value for name, value in values.items() if name != "days"}
    factories.make_flag(project, filters=BOOLEAN, created_at=timezone.now() - age, **others)

    assert client.get(flags_of(project), {"active": "STALE"}).json()["count"] == count
