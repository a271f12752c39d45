"""POST /flags: what is stored of persons and groups, and variants that stay."""

from contextlib import ExitStack

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from evaluation.models import KeptIdentifier
from events.models import Person
from tests import factories


def asking(key, value, **others):
    wanted = {"key": key, "value": value, "operator": "exact", "type": "person"} | others
    return {"groups": [{"properties": [wanted], "rollout_percentage": 100}]}


def test_person__stored_properties__decide(sdk, project, capture):
    factories.make_flag(project, "pro", filters=asking("plan", "pro"))
    capture("signed up", "user_1", **{"$set": {"plan": "pro"}})
    assert sdk.values("user_1") == {"pro": True}
    assert sdk.values("user_2") == {"pro": False}


def test_person__flags_that_ask_for_nothing__are_not_looked_up(sdk, project, checkout):
    factories.make_flag(project, "pro", filters=asking("plan", "pro"))
    sdk.ask()

    with CaptureQueriesContext(connections[Person.objects.db]) as queries:
        answer = sdk.values(flag_keys_to_evaluate=["checkout-redesign"])

    assert answer == {"checkout-redesign": "control"}
    assert not any(Person._meta.db_table in query["sql"] for query in queries)


def test_person__flag_that_one_depends_on__is_asked_with_stored_properties(sdk, project, capture):
    pro = factories.make_flag(project, "pro", filters=asking("plan", "pro"))
    wanted = {"type": "flag", "operator": "flag_evaluates_to"}
    factories.make_flag(project, "needs-pro", filters=asking(str(pro.pk), True, **wanted))
    capture("signed up", "user_1", **{"$set": {"plan": "pro"}})

    assert sdk.values("user_1", flag_keys_to_evaluate=["needs-pro"]) == {"needs-pro": True}


def test_person__properties_of_the_request__win(sdk, project, capture):
    factories.make_flag(project, "pro", filters=asking("plan", "pro"))
    capture("signed up", "user_1", **{"$set": {"plan": "pro"}})
    assert sdk.values("user_1", person_properties={"plan": "free"}) == {"pro": False}


def test_group__stored_and_sent_properties__decide(sdk, project, capture):
    filters = asking("tier", "gold", type="group", group_type_index=0)
    filters["groups"][0]["aggregation_group_type_index"] = 0
    factories.make_flag(project, "gold", filters=filters)
    group = {"$group_type": "company", "$group_key": "acme", "$group_set": {"tier": "gold"}}
    capture("$groupidentify", "user_1", **group)
    assert sdk.values(groups={"company": "acme"}) == {"gold": True}
    assert sdk.values(groups={"company": "other"}) == {"gold": False}
    sent = {"groups": {"company": "other"}, "group_properties": {"company": {"tier": "gold"}}}
    assert sdk.values(**sent) == {"gold": True}
    assert sdk.flags()["gold"]["reason"]["code"] == "no_group_type"


def test_group__number_as_key__is_its_text(sdk, project, capture):
    filters = {
        "groups": [{"properties": [], "rollout_percentage": 50}],
        "multivariate": {
            "variants": [
                {"key": "control", "rollout_percentage": 50},
                {"key": "test", "rollout_percentage": 50},
            ]
        },
        "aggregation_group_type_index": 0,
    }
    factories.make_flag(project, "group-flag", filters=filters)
    capture("$groupidentify", "u", **{"$group_type": "company", "$group_key": "acme"})
    assert sdk.values(groups={"company": 123}) == {"group-flag": "control"}
    assert sdk.values(groups={"company": "acme"}) == {"group-flag": "test"}


@pytest.fixture
def lasting(project):
    return factories.make_flag(project, "checkout-redesign", ensure_experience_continuity=True)


def test_continuity__login__keeps_the_variant(sdk, lasting):
    # user_1 is in control, user_3 in test.
    assert sdk.values("user_1") == {"checkout-redesign": "control"}
    assert sdk.values("user_3", **{"$anon_distinct_id": "user_1"}) == {
        "checkout-redesign": "control"
    }
    assert sdk.values("user_3") == {"checkout-redesign": "control"}
    assert sdk.values("user_3", **{"$anon_distinct_id": "user_9"}) == {
        "checkout-redesign": "control"
    }


def test_continuity__persons_merged__keeps_the_variant_of_the_distinct_id(sdk, lasting, capture):
    sdk.values("user_3", **{"$anon_distinct_id": "user_1"})
    capture("$identify", "user_3", **{"$anon_distinct_id": "user_1"})
    assert sdk.values("user_3") == {"checkout-redesign": "control"}
    assert sdk.values("user_1") == {"checkout-redesign": "control"}


def test_continuity__empty_anonymous_id__as_if_absent(sdk, lasting):
    assert sdk.values("user_3", **{"$anon_distinct_id": ""}) == {"checkout-redesign": "test"}
    assert sdk.values("user_1", **{"$anon_distinct_id": ""}) == {"checkout-redesign": "control"}
    assert not KeptIdentifier.objects.exists()


def test_continuity__without_it__login_may_change_the_variant(sdk, checkout):
    assert sdk.values("user_3", **{"$anon_distinct_id": "user_1"}) == {"checkout-redesign": "test"}


def test_continuity__anonymous_id_that_no_database_keeps__is_answered(sdk, lasting):
    assert sdk.ask("user_3", **{"$anon_distinct_id": "a\x00b"}).status_code == 200


# docs/scaling.md says so.
@pytest.mark.parametrize(
    ("sent", "reads", "writes"),
    [({}, 3, 0), ({"$anon_distinct_id": "user_1"}, 5, 0), ({"$anon_distinct_id": "user_9"}, 5, 1)],
    ids=["alone", "login before", "login now"],
)
def test_continuity__flags_asked_for__so_many_statements_more(
    sdk, project, lasting, sent, reads, writes
):
    factories.make_flag(project, "plain")
    sdk.ask("user_3", **{"$anon_distinct_id": "user_1"})
    with ExitStack() as stack:
        databases = {"default", Person.objects.db, KeptIdentifier.objects.db}
        counted = [
            stack.enter_context(CaptureQueriesContext(connections[name])) for name in databases
        ]
        sdk.ask("user_3", flag_keys_to_evaluate=["plain"], **sent)
    asked = [query["sql"].split()[0] for queries in counted for query in queries]
    # One reads the cache versions.
    assert (asked.count("SELECT") - 1, asked.count("INSERT")) == (reads, writes)
