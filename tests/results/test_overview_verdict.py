"""GET experiments/:id/results/: what the verdict and the estimates make of an experiment."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.results.conftest import AMOUNT, metric, purchases, wire_event
from tests.results.mini_data import Seen
from tests.results.test_criteria import save

UUID = "11111111-1111-4111-8111-111111111111"
NET = metric(source=purchases(**AMOUNT), name="Net revenue", uuid=UUID)
BUYS = metric("funnel", series=[{"event": "purchase"}], name="Buys", uuid=UUID)
PLAN = {
    "recommended_sample_size": 200,
    "recommended_running_time": 14,
    "minimum_detectable_effect": 20,
}
RELATIVE = {"method": "frequentist"}
SEQUENTIAL = {**RELATIVE, "frequentist": {"sequential_testing_enabled": True}}
ABSOLUTE = {**RELATIVE, "frequentist": {"difference_type": "ABSOLUTE"}}


@pytest.fixture
def url(project, unvisited):
    return f"/api/projects/{project.pk}/experiments/{unvisited.pk}/"


@pytest.fixture
def read(client, url):
    return lambda: client.get(f"{url}results/").json()


@pytest.fixture
def visitors(capture, unvisited):
    """Expose 150 people to each of control and test; of every third, or second, a purchase."""
    save(unvisited, metrics=[BUYS], primary_metrics_ordered_uuids=[UUID])
    arms = [(f"p{number}", ("control", "test")[number % 2]) for number in range(300)]
    buying = [who for place, (who, arm) in enumerate(arms) if not place // 2 % _every(arm)]
    capture(wire_event(Seen(who, 1500, "exposure", arm)) for who, arm in arms)
    capture(wire_event(Seen(who, 1600, "purchase", "5")) for who in buying)


def _every(arm):
    return 3 if arm == "control" else 2


@pytest.fixture
def losses(capture, unvisited):
    """Let everybody of control lose about 10, and everybody of test about 12."""
    save(unvisited, metrics=[NET])
    arms = [(f"p{number}", ("control", "test")[number % 2]) for number in range(600)]
    lost = {"control": 10, "test": 12}
    spent = [(who, -lost[arm] + place // 2 % 3 - 1) for place, (who, arm) in enumerate(arms)]
    capture(wire_event(Seen(who, 1500, "exposure", arm)) for who, arm in arms)
    capture(wire_event(Seen(who, 1600, "purchase", str(amount))) for who, amount in spent)


@pytest.mark.parametrize("config", [RELATIVE, SEQUENTIAL], ids=["fixed", "sequential"])
@pytest.mark.usefixtures("losses")
def test_verdict__relative_to_a_loss__not_computable(read, unvisited, config):
    save(unvisited, stats_config=config)

    verdict = read()["verdict"]

    assert (verdict["decision"], verdict["variant"]) == ("stop", None)
    [reason, *_] = verdict["reasons"]
    assert reason["code"] == "not-computable"
    assert "needs a baseline above zero" in reason["text"]


@pytest.mark.usefixtures("losses")
def test_verdict__absolute_difference_to_a_loss__harm(read, unvisited):
    save(unvisited, stats_config=ABSOLUTE)

    assert read()["verdict"]["headline"] == "test harms Net revenue"


@pytest.mark.usefixtures("losses")
def test_estimates__relative_to_a_loss__why_there_are_none(read, unvisited):
    save(unvisited, stats_config=RELATIVE)

    estimate = read()["metrics"][0]["estimates"]["test"]

    assert (estimate["difference"], estimate["chance_to_be_best"]) == (None, None)
    assert "needs a baseline above zero" in estimate["reason"]


@pytest.mark.usefixtures("losses")
def test_guardrail__relative_to_a_loss__unknown(read, unvisited):
    save(unvisited, stats_config={**RELATIVE, "guardrails": {UUID: {"margin": 0.1}}})

    found = read()

    assert found["metrics"][0]["estimates"]["test"]["guardrail"] is None
    assert "guardrail-open" in [reason["code"] for reason in found["verdict"]["reasons"]]


@pytest.mark.usefixtures("losses")
def test_result__relative_to_a_loss__sign_of_the_wire(read, unvisited):
    save(unvisited, stats_config=RELATIVE)

    [arm] = read()["metrics"][0]["result"]["variant_results"]

    assert arm["significant"] is True
    assert sum(arm["confidence_interval"]) / 2 == pytest.approx(0.2)


@pytest.mark.parametrize(
    "sent",
    [{"parameters": PLAN}, {"running_time_calculation": PLAN}],
    ids=["parameters", "running_time_calculation"],
)
@pytest.mark.usefixtures("visitors")
def test_verdict__plan_is_fulfilled__ready(client, url, read, unvisited, sent):
    save(unvisited, end_date=None, status="running")

    answer = client.patch(url, sent)
    assert answer.status_code == 200, answer.json()

    assert read()["verdict"]["headline"] == "Ready: test is better on Buys"


@pytest.mark.usefixtures("visitors")
def test_verdict__end_is_still_to_come__keeps_running(client, url, read, unvisited):
    answer = client.patch(url, {"end_date": timezone.now() + timedelta(days=30)})
    assert answer.status_code == 200, answer.json()

    assert read()["verdict"]["decision"] == "keep running"


@pytest.mark.usefixtures("visitors")
def test_verdict__end_is_still_to_come_and_flag_is_off__paused(client, url, read, unvisited):
    save(unvisited, end_date=timezone.now() + timedelta(days=30))
    unvisited.feature_flag.active = False
    unvisited.feature_flag.save()

    assert "paused" in [reason["code"] for reason in read()["verdict"]["reasons"]]
