"""An experiment, and the events of its visitors, sent as SDKs send them."""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

import pytest

from events.services import taxonomy
from experiments.models import Experiment
from tenants.models import Project
from tests.client import Client
from tests.results.mini_data import END, EVENTS, START, Seen

DAY_ZERO = datetime(2026, 1, 1, tzinfo=UTC)
FLAG = "my-flag"


def moment(minute: int) -> str:
    return (DAY_ZERO + timedelta(minutes=minute)).isoformat()


def wire_event(seen: Seen) -> dict:
    """Return an event of the small data set as an SDK sends it."""
    properties = {"$session_id": seen.session} if seen.session else {}
    name = seen.event
    if name == "exposure":
        flag, _, variant = seen.value.rpartition(":")
        name = "$feature_flag_called"
        properties |= {"$feature_flag": flag or FLAG, "$feature_flag_response": variant}
    elif name == "purchase" and seen.value:
        properties["amount"] = float(seen.value)
    return {
        "event": name,
        "distinct_id": seen.person,
        "timestamp": moment(seen.minute),
        "properties": properties,
    }


@pytest.fixture(autouse=True)
def _nothing_noted() -> None:
    # What a test's transaction noted is undone with it.
    taxonomy.noted.clear()


@pytest.fixture
def capture(project: Project) -> Callable[[Iterable[dict]], None]:
    """Send events of the project."""

    def send(events: Iterable[dict]) -> None:
        body = {"api_key": project.api_token, "batch": list(events)}
        answer = Client().post("/batch/", json.dumps(body), content_type="application/json")
        assert answer.status_code == 200

    return send


@pytest.fixture
def unvisited(client, project) -> Experiment:
    """The experiment of the small data set, without events."""
    created = client.post(
        f"/api/projects/{project.pk}/experiments/",
        {"name": "Mini", "feature_flag_key": FLAG, "start_date": moment(START)},
    ).json()
    Experiment.objects.filter(pk=created["id"]).update(
        start_date=moment(START), end_date=moment(END), status="stopped"
    )
    return Experiment.objects.get(pk=created["id"])


@pytest.fixture
def mini(unvisited, capture) -> Experiment:
    """The experiment of the small data set, with all its events."""
    capture(wire_event(seen) for seen in EVENTS)
    return unvisited


@pytest.fixture
def ask(client, project) -> Callable[..., dict]:
    """Send a query and return the answer."""

    def query(experiment: Experiment, metric: dict, **body: object) -> dict:
        known = {"kind": "ExperimentQuery", "experiment_id": experiment.pk, "metric": metric}
        answer = client.post(f"/api/projects/{project.pk}/query/", {"query": known} | body)
        assert answer.status_code == 200, answer.json()
        return answer.json()

    return query


def metric(kind: str = "mean", **members: object) -> dict:
    return {"kind": "ExperimentMetric", "metric_type": kind} | members


def purchases(math: str = "sum", **members: object) -> dict:
    return {"kind": "EventsNode", "event": "purchase", "math": math} | members


AMOUNT = {"math_property": "amount"}
WEEK = {"conversion_window": 7, "conversion_window_unit": "day"}
