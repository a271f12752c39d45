"""Experiments on flags that are released to groups: groups take part, not people."""

from tests.results.conftest import FLAG, metric, purchases
from tests.results.test_criteria import REVENUE, people, seen, sums


def test_groups__flag_released_to_groups__analysed_by_group(ask, mini, capture):
    flag = mini.feature_flag
    flag.filters = flag.filters | {"aggregation_group_type_index": 0}
    flag.save()
    called = {"$feature_flag": FLAG, "$feature_flag_response": "test", "$group_0": "acme"}
    capture(
        [
            seen("u1", 1500, "$feature_flag_called", **called),
            seen("u2", 1510, "purchase", amount=5, **{"$group_0": "acme"}),
            seen("u1", 1520, "purchase", amount=6, **{"$group_0": "acme"}),
        ]
    )

    assert people(ask(mini, REVENUE)) == {"control": 0, "test": 1}
    assert sums(ask(mini, REVENUE))["test"] == 11
    assert sums(ask(mini, metric(source=purchases("dau"))))["test"] == 2


def test_groups__named_by_their_types_as_sdks_do__analysed_by_group(ask, mini, capture):
    flag = mini.feature_flag
    flag.filters = flag.filters | {"aggregation_group_type_index": 1}
    flag.save()
    groups = {"$groups": {"team": "a", "company": "acme"}}
    called = {"$feature_flag": FLAG, "$feature_flag_response": "test", **groups}
    capture([seen("u1", 1500, "$feature_flag_called", **called)])
    capture(seen(who, 1510, "purchase", amount=5, **groups) for who in ("u2", "u3"))

    assert people(ask(mini, REVENUE)) == {"control": 0, "test": 1}
    assert sums(ask(mini, REVENUE))["test"] == 10
    by_team = purchases("unique_group", math_group_type_index=0)
    assert sums(ask(mini, metric(source=by_team)))["test"] == 1
