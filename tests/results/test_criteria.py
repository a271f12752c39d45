"""Criteria of exposure, merges, groups, actions, breakdowns and what else decides who counts."""

import pytest
from django.utils import timezone

from actions.models import Action
from results.services import NotComputable
from tests.results.conftest import (
    AMOUNT,
    DAY_ZERO,
    FLAG,
    WEEK,
    metric,
    moment,
    purchases,
    wire_event,
)
from tests.results.mini_data import Seen

REVENUE = metric(source=purchases(**AMOUNT))
BUTTON = f"$feature/{FLAG}"


def people(answer):
    return {arm["key"]: arm["number_of_samples"] for arm in arms_of(answer)}


def sums(answer):
    return {arm["key"]: arm["sum"] for arm in arms_of(answer)}


def arms_of(answer):
    return [answer["baseline"], *answer["variant_results"]]


def save(mini, **fields):
    for name, value in fields.items():
        setattr(mini, name, value)
    mini.save()


def seen(person, minute, name, **properties):
    return {
        "event": name,
        "distinct_id": person,
        "timestamp": moment(minute),
        "properties": properties,
    }


def test_exposure__another_event__variant_of_the_flag_read(ask, mini, capture):
    criteria = {"exposure_config": {"event": "viewed", "properties": []}}
    save(mini, exposure_criteria=criteria)
    capture([seen("a", 1500, "viewed", **{BUTTON: "control"}), seen("b", 1500, "viewed")])

    assert people(ask(mini, REVENUE)) == {"control": 1, "test": 0}


def test_exposure__properties_of_its_event__narrow_it(ask, mini, capture):
    filters = [{"key": "page", "value": "cart", "operator": "exact", "type": "event"}]
    config = {"event": "viewed", "properties": filters}
    save(mini, exposure_criteria={"exposure_config": config})
    capture(
        seen(who, 1500, "viewed", page=page, **{BUTTON: "test"})
        for who, page in (("a", "cart"), ("b", "home"))
    )

    assert people(ask(mini, REVENUE)) == {"control": 0, "test": 1}


def test_exposure__action_that_is_gone__nobody(ask, mini):
    save(mini, exposure_criteria={"exposure_config": {"kind": "ActionsNode", "id": 99}})

    assert people(ask(mini, REVENUE)) == {"control": 0, "test": 0}


def test_metric__action__its_steps_match(ask, mini, project):
    cart = {"key": "amount", "value": 15, "operator": "gt", "type": "event"}
    action = Action.objects.create(
        project=project, name="Big", steps=[{"event": "purchase", "properties": [cart]}]
    )
    node = {"kind": "ActionsNode", "id": action.pk, "math": "total"}

    for written in (node, {"id": action.pk}, node | {"id": str(action.pk)}):
        assert sums(ask(mini, metric(source=written))) == {"control": 3, "test": 2}


def test_exposure__test_accounts__left_out_unless_told(ask, mini, project, capture):
    project.test_account_filters = [
        {"key": "staff", "value": ["yes"], "operator": "is_not", "type": "event"}
    ]
    project.save()
    exposed = wire_event(Seen("staff", 1500, "exposure", "control"))
    exposed["properties"]["staff"] = "yes"
    capture([exposed])

    assert people(ask(mini, REVENUE))["control"] == 5
    save(mini, exposure_criteria={"filterTestAccounts": False})
    assert people(ask(mini, REVENUE))["control"] == 6


def test_people__merged_after_the_events__one_person(ask, mini, capture):
    identify = seen("c3", 9000, "$identify", **{"$anon_distinct_id": "c4"})
    capture([identify])

    assert people(ask(mini, REVENUE)) == {"control": 4, "test": 4}
    assert sums(ask(mini, REVENUE))["control"] == 130


def test_holdout__in_the_flag__compared_like_a_variant(ask, mini):
    flag = mini.feature_flag
    flag.filters = flag.filters | {"holdout": {"id": 7, "exclusion_percentage": 10}}
    flag.save()

    assert people(ask(mini, REVENUE)) == {"control": 5, "test": 4, "holdout-7": 1}


def test_holdout__newer_convention__left_out(ask, mini, settings):
    settings.RESULTS_ANALYSE_HOLDOUTS = False
    flag = mini.feature_flag
    flag.filters = flag.filters | {"holdout": {"id": 7, "exclusion_percentage": 10}}
    flag.save()

    assert people(ask(mini, REVENUE)) == {"control": 5, "test": 4}


def test_variant__excluded__not_analysed(ask, mini):
    save(mini, parameters={"excluded_variants": ["test"]})

    assert people(ask(mini, REVENUE)) == {"control": 5 + 1}


def test_breakdown__property_of_the_exposure__split_and_summed(ask, mini, capture):
    capture(
        seen(
            who,
            1500,
            "$feature_flag_called",
            country=country,
            **{"$feature_flag": FLAG, "$feature_flag_response": "control"},
        )
        for who, country in (("x", "de"), ("y", "fr"), ("z", "de"))
    )
    document = REVENUE | {"breakdownFilter": {"breakdowns": [{"property": "country"}]}}

    answer = ask(mini, document)
    split = {
        each["breakdown_value"][0]: each["baseline"]["number_of_samples"]
        for each in answer["breakdown_results"]
    }
    assert split == {"de": 2, "fr": 1, "$$_posthog_breakdown_null_$$": 5}
    assert answer["baseline"]["number_of_samples"] == 8


def test_breakdown__only_of_who_saw_several_variants__not_shown(ask, unvisited, capture):
    shown = {"$feature_flag": FLAG, "country": "de"}
    capture(
        seen("x", 1500 + place, "$feature_flag_called", **shown, **{"$feature_flag_response": arm})
        for place, arm in enumerate(("control", "test"))
    )
    document = REVENUE | {"breakdownFilter": {"breakdowns": [{"property": "country"}]}}

    assert ask(unvisited, document)["breakdown_results"] == []


def test_matured_only__window_not_over__left_out(ask, mini, capture):
    window = {"conversion_window": 7, "conversion_window_unit": "day"}
    late = wire_event(Seen("late", 0, "exposure", "test"))
    late["timestamp"] = timezone.now().isoformat()
    capture([late])
    save(mini, end_date=None, status="running")
    # Those who came after the end of the small data set count now.
    assert people(ask(mini, REVENUE | window)) == {"control": 5, "test": 6}

    save(mini, exposure_criteria={"only_count_matured_users": True})

    assert people(ask(mini, REVENUE | window)) == {"control": 5, "test": 5}


def test_session_duration__sessions_after_the_exposure__seconds(ask, mini):
    source = purchases("sum", math_property="$session_duration")
    answer = ask(mini, metric(source=source))

    # s1, s4 and s6 hold two events each; who has no session after the exposure does not count.
    assert sums(answer)["control"] == (100 + 1 + 100) * 60
    assert people(answer) == {"control": 3, "test": 2}


def test_days__summer_time_begins__counted_on_local_days(client, project, mini, capture):
    project.timezone = "Europe/Berlin"
    project.save()
    save(mini, start_date=DAY_ZERO.replace(month=3, day=28), end_date=DAY_ZERO.replace(month=4))
    offset = (DAY_ZERO.replace(month=3, day=28) - DAY_ZERO).days * 1440
    # 23:30 in Berlin on the 28th (UTC+1), and 00:30 on the 30th (UTC+2).
    capture(
        wire_event(Seen(who, offset + minute, "exposure", "test"))
        for who, minute in (("p", 22 * 60 + 30), ("q", 1440 + 22 * 60 + 30))
    )
    query = {
        "kind": "ExperimentExposureQuery",
        "experiment_id": mini.pk,
        "experiment_name": "x",
        "feature_flag": {"key": FLAG},
    }
    answer = client.post(f"/api/projects/{project.pk}/query/", {"query": query}).json()

    shown = {each["variant"]: each for each in answer["timeseries"]}["test"]
    assert shown["days"][:3] == ["2026-03-28", "2026-03-29", "2026-03-30"]
    assert shown["exposure_counts"][:3] == [1, 1, 2]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        # c4 bought something without an amount: not 0, it takes no part.
        ("min(properties.amount)", {"control": 10 + 5 + 8 + 11, "test": 40 + 15 + 12}),
        ("avg(toFloat(properties.amount))", {"control": 20 + 5 + 8 + 11, "test": 40 + 15 + 12}),
        ("properties.amount", {"control": 84, "test": 107}),
        ("sum(properties['amount'])", {"control": 84, "test": 107}),
        ("count()", {"control": 7, "test": 4}),
        ("count(distinct properties.$session_id)", {"control": 5, "test": 4}),
    ],
)
def test_metric__expression__its_aggregate(ask, mini, expression, expected):
    document = metric(source=purchases("hogql", math_hogql=expression), **WEEK)

    assert sums(ask(mini, document)) == expected


@pytest.mark.parametrize(
    "document",
    [
        metric(source=purchases("hogql", math_hogql="quantile(0.9)(properties.amount)")),
        metric(source=purchases("p90", **AMOUNT)),
        metric("funnel", series=[{"event": "a"}], funnel_order_type="strict"),
        metric(
            source={
                "kind": "ExperimentDataWarehouseNode",
                "table_name": "t",
                "timestamp_field": "t",
                "events_join_key": "k",
                "data_warehouse_join_key": "k",
            }
        ),
    ],
    ids=["expression", "percentile", "strict", "warehouse"],
)
def test_metric__not_computable__refused_with_a_reason(client, project, mini, document):
    query = {"kind": "ExperimentQuery", "experiment_id": mini.pk, "metric": document}
    answer = client.post(f"/api/projects/{project.pk}/query/", {"query": query})

    assert answer.status_code == 400
    assert answer.json()["code"] == NotComputable.default_code
    assert "cannot be computed" in answer.json()["detail"]


def test_metric__another_action_cannot_be_computed__harmed_by_nothing(ask, mini, project):
    cohort = {"key": "id", "value": 1, "type": "cohort"}
    steps = [{"event": "purchase", "properties": [cohort]}]
    Action.objects.create(project=project, name="Of a cohort", steps=steps)

    assert people(ask(mini, REVENUE)) == {"control": 5, "test": 4}


def test_retention__time_zone_changed__computed_anew(ask, mini, project):
    document = metric(
        "retention",
        start_event={"event": "signup"},
        completion_event={"event": "login"},
        retention_window_start=1,
        retention_window_end=7,
        retention_window_unit="day",
        start_handling="first_seen",
    )
    ask(mini, document)
    project.timezone = "Pacific/Auckland"
    project.save()

    assert ask(mini, document)["is_cached"] is False
