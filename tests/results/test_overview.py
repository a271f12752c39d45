"""GET experiments/:id/results/: everything at once, as JSON and as tables."""

from io import StringIO

import pytest
from django.core.management import call_command

from actions.models import Action
from events.models import Source
from tests import factories
from tests.factories import link_saved_metric
from tests.results.conftest import AMOUNT, WEEK, metric, purchases, wire_event
from tests.results.mini_data import Seen

REVENUE = metric(
    source=purchases(**AMOUNT), name="Revenue", uuid="11111111-1111-4111-8111-111111111111"
)
FUNNEL = metric("funnel", series=[{"event": "signup"}, {"event": "purchase"}], name="Buys", **WEEK)
SAVED = metric(source=purchases(**AMOUNT), name="Saved")
STRICT = FUNNEL | {"funnel_order_type": "strict", "name": "=Strict|"}


@pytest.fixture
def overview(client, project, mini):
    mini.metrics, mini.metrics_secondary = [REVENUE, FUNNEL], [STRICT]
    mini.save()

    def read(**query):
        return client.get(f"/api/projects/{project.pk}/experiments/{mini.pk}/results/", query)

    return read


def test_results__all_metrics__as_their_queries_answer(overview, ask, mini):
    found = overview().json()

    [revenue, funnel, _] = found["metrics"]
    alone = ask(mini, REVENUE)
    assert revenue["result"]["baseline"] == alone["baseline"]
    assert funnel["result"]["variant_results"] == ask(mini, FUNNEL)["variant_results"]
    assert found["exposures"]["total_exposures"] == {"control": 5, "test": 4, "$multiple": 1}


def test_results__one_metric_fails__harms_no_other(overview):
    failed = overview().json()["metrics"][2]

    assert failed["result"] is None
    assert failed["error"]["code"] == "invalid_input"
    assert "Strict funnels" in failed["error"]["detail"]


def test_results__saved_metric__split_by_what_its_link_says(overview, mini, project, ada):
    saved = {**SAVED, "breakdownFilter": {"breakdowns": [{"property": "plan"}]}}
    link_saved_metric(mini, factories.make_saved_metric(project, ada, query=saved))
    split = {"type": "primary", "breakdowns": [{"property": "country", "type": "event"}]}
    mini.saved_metric_links.update(metadata=split)

    result = overview().json()["metrics"][0]["result"]

    assert [each["breakdown_value"] for each in result["breakdown_results"]] == [
        ["$$_posthog_breakdown_null_$$"]
    ]


def test_results__saved_metric_with_a_split__none_where_its_link_has_none(
    overview, mini, project, ada
):
    saved = {**SAVED, "breakdownFilter": {"breakdowns": [{"property": "plan"}]}}
    link_saved_metric(mini, factories.make_saved_metric(project, ada, query=saved))

    assert overview().json()["metrics"][0]["result"]["breakdown_results"] is None


@pytest.mark.parametrize("sent", [5, True, "country", {"property": "country"}], ids=str)
def test_results__link_with_a_split_that_is_no_list__none(overview, mini, project, ada, sent):
    link_saved_metric(mini, factories.make_saved_metric(project, ada, query=SAVED))
    mini.saved_metric_links.update(metadata={"type": "primary", "breakdowns": sent})

    assert overview().json()["metrics"][0]["result"]["breakdown_results"] is None


def test_results__first_variant_kept__exposures_stored_alike(overview, mini):
    mini.exposure_criteria = {"multiple_variant_handling": "first_seen"}
    mini.save()

    [revenue, *_] = overview().json()["metrics"]

    assert revenue["result"]["variant_results"][0]["sum"] == 1120


def test_results__event_after_it__new_etag(overview, capture):
    first = overview()
    assert overview()["ETag"] == first["ETag"]
    capture([wire_event(Seen("c3", 2600, "purchase", "7"))])

    assert overview()["ETag"] != first["ETag"]


def test_results__means__estimated(overview):
    estimates = overview().json()["metrics"][0]["estimates"]

    assert (estimates["control"]["mean"], estimates["test"]["mean"]) == (26, 30)


def test_results__metric_of_an_event_that_never_came__named(overview, mini, project):
    steps = [{"event": "$pageview"}, {"event": "purchse"}]
    action = Action.objects.create(project=project, name="Paid", steps=steps)
    node = {"kind": "ActionsNode", "id": action.pk}
    lost = metric("funnel", series=[{"event": "signup"}, {"event": "sgnup"}, node], name="Lost")
    mini.metrics = [REVENUE, lost]
    mini.save()

    unseen = [each["unseen_events"] for each in overview().json()["metrics"]]

    assert unseen == [[], ["$pageview", "purchse", "sgnup"], []]
    assert "no event sgnup yet" in overview(format="csv").content.decode()


def test_results__event_arrives_at_last__no_longer_unseen(overview, mini, capture):
    mini.metrics = [metric(source=purchases() | {"event": "refund"})]
    mini.save()
    assert overview().json()["metrics"][0]["unseen_events"] == ["refund"]

    capture([wire_event(Seen("c1", 2600, "refund"))])

    assert overview().json()["metrics"][0]["unseen_events"] == []


def test_results__as_csv__a_row_for_each_variant(overview):
    answer = overview(format="csv")
    lines = answer.content.decode().splitlines()

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    [first, *_] = [line for line in lines if line.startswith("primary,")]
    assert first.startswith("primary,Revenue,control,5,26.0,,,,")
    assert lines[-1].startswith("secondary,'=Strict|,")


def test_results__as_markdown__cells_escaped(overview):
    text = overview(format="markdown").content.decode()

    assert "| primary | Revenue | test | 4 | 30 |" in text
    assert "=Strict\\|" in text


def test_results__draft__refused(client, project, experiment):
    answer = client.get(f"/api/projects/{project.pk}/experiments/{experiment.pk}/results/")

    assert answer.status_code == 400
    assert "has not started" in answer.json()["detail"]


def test_results__experiment_of_another_project__not_found(outsider, foreign_project, mini):
    answer = outsider.get(f"/api/projects/{foreign_project.pk}/experiments/{mini.pk}/results/")

    assert answer.status_code == 404


def test_results__few_people__verdict_keeps_running(overview, mini):
    mini.end_date, mini.status = None, "running"
    mini.save()

    verdict = overview().json()["verdict"]

    assert verdict["decision"] == "keep running"
    assert verdict["headline"] == "Collecting data"


def test_results__split_is_off__not_to_be_trusted(overview, capture):
    people = [(f"x{number}", "control" if number < 140 else "test") for number in range(200)]
    capture(wire_event(Seen(who, 1500, "exposure", arm)) for who, arm in people)

    assert overview().json()["verdict"]["decision"] == "do not trust"


def test_catch_up_facts__experiment_with_metrics__their_sources_made(client, project, experiment):
    client.patch(
        f"/api/projects/{project.pk}/experiments/{experiment.pk}/",
        {"metrics": [REVENUE], "start_date": "2026-01-01T00:00:00Z"},
    )
    call_command("catch_up_facts", stdout=StringIO())

    assert Source.objects.filter(project_id=project.pk, definition__contains="amount").exists()
