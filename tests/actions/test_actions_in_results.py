"""What an action means to results: the steps that it has now."""

import json

import pytest

from results.services.analysis import NotComputable
from tests.client import Client

PAGE = {"$current_url": "https://shop.example.com/checkout?step=2"}


@pytest.fixture
def capture(project):
    def send(*events):
        batch = [
            {"event": name, "distinct_id": who, "timestamp": when, "properties": properties}
            for name, who, when, properties in events
        ]
        body = json.dumps({"api_key": project.api_token, "batch": batch})
        answer = Client().post("/batch/", body, content_type="application/json")
        assert answer.status_code == 200

    return send


@pytest.fixture
def exposed(capture):
    """Two people of each variant."""
    for variant in ("control", "test"):
        capture(
            *(
                (
                    "$feature_flag_called",
                    f"{variant}-{number}",
                    "2026-01-01T10:00:00Z",
                    {"$feature_flag": "checkout", "$feature_flag_response": variant},
                )
                for number in range(2)
            )
        )


@pytest.fixture
def experiment(client, project, make, exposed):
    """An experiment whose metric counts an action."""

    def experiment(**values):
        action = make(**values)
        metric = {
            "kind": "ExperimentMetric",
            "metric_type": "mean",
            "source": {"kind": "ActionsNode", "id": action["id"]},
        }
        response = client.post(
            f"/api/projects/{project.pk}/experiments/",
            {
                "name": "Checkout",
                "feature_flag_key": "checkout",
                "start_date": "2026-01-01T00:00:00Z",
                "end_date": "2026-01-10T00:00:00Z",
                "metrics": [metric],
            },
        )
        assert response.status_code == 201, response.content
        return response.json() | {"action": action["id"]}

    return experiment


@pytest.fixture
def sums(client, project):
    """How often people of each variant did it."""

    def sums(experiment):
        url = f"/api/projects/{project.pk}/query/"
        query = {
            "kind": "ExperimentQuery",
            "experiment_id": experiment["id"],
            "metric": experiment["metrics"][0],
        }
        response = client.post(url, {"query": query})
        assert response.status_code == 200, response.content
        results = response.json()
        variants = [results["baseline"], *results["variant_results"]]
        return {each["key"]: each["sum"] for each in variants}

    return sums


def _paid(who, **properties):
    return ("paid", who, "2026-01-02T10:00:00Z", properties)


def _clicked(who, chain):
    return ("$autocapture", who, "2026-01-02T10:00:00Z", {"$elements_chain": chain} | PAGE)


def test_results__metric_of_an_action__counts_what_matches(capture, experiment, sums):
    made = experiment()
    capture(_paid("control-0"), _paid("test-0"), _paid("test-1"), ("other", "test-1", None, {}))
    assert sums(made) == {"control": 1, "test": 2}


def test_results__steps_changed__computed_anew(client, url, capture, experiment, sums):
    made = experiment()
    big = {"key": "amount", "type": "event", "operator": "gt", "value": 10}
    capture(_paid("control-0", amount=5), _paid("test-0", amount=50), _paid("test-1", amount=5))
    assert sums(made) == {"control": 1, "test": 2}

    steps = [{"event": "paid", "properties": [big]}]
    client.patch(f"{url}{made['action']}/", {"steps": steps})
    assert sums(made) == {"control": 0, "test": 1}

    client.patch(f"{url}{made['action']}/", {"deleted": True})
    assert sums(made) == {"control": 0, "test": 0}


def test_results__action_renamed__experiment_read_anew(client, url, project, experiment):
    made = experiment()
    place = f"/api/projects/{project.pk}/experiments/{made['id']}/"
    assert client.get(place).json()["metrics"][0]["source"]["name"] == "Paid"

    client.patch(f"{url}{made['action']}/", {"name": "Bought"})

    assert client.get(place).json()["metrics"][0]["source"]["name"] == "Bought"


BUTTON = 'button.pay:attr__class="pay"nth-child="1"nth-of-type="1"text="Pay now";div:nth-child="2"'
LINK = 'span:text="Pay";a.big:attr__href="/pay/7"href="/pay/7"text="Pay \\"now\\"";body:'
ELEMENTS = {
    "tag": ({"tag_name": "button"}, 1),
    "tag of a parent": ({"tag_name": "a"}, 1),
    "tag of a part": ({"tag_name": "butt"}, 0),
    "text": ({"text": "Pay now"}, 1),
    "text in part": ({"text": "pay", "text_matching": "contains"}, 2),
    "text is a part": ({"text": "Pay no"}, 0),
    "text with quotes": ({"text": 'Pay "now"'}, 1),
    "link": ({"href": "/pay/7"}, 1),
    "link in part": ({"href": "/pay", "href_matching": "contains"}, 1),
    "both": ({"tag_name": "a", "text": "Pay now"}, 0),
    "page": ({"url": "checkout"}, 2),
    "page exactly": ({"url": PAGE["$current_url"], "url_matching": "exact"}, 2),
    "page by pattern": ({"url": r"step=\d$", "url_matching": "regex"}, 2),
    "other page": ({"url": "/cart"}, 0),
}


@pytest.mark.parametrize(("step", "number"), ELEMENTS.values(), ids=ELEMENTS.keys())
def test_results__step_about_an_element__those_clicks(capture, experiment, sums, step, number):
    made = experiment(steps=[{"event": "$autocapture"} | step])
    capture(_clicked("test-0", BUTTON), _clicked("test-0", LINK))
    assert sums(made) == {"control": 0, "test": number}


@pytest.mark.parametrize(
    "step",
    [
        {"selector": "div > button"},
        {"text": "^Pay", "text_matching": "regex"},
        {"href": "^/pay/", "href_matching": "regex"},
    ],
    ids=["selector", "text", "link"],
)
def test_results__step_that_the_chain_cannot_tell__says_so(client, project, experiment, step):
    made = experiment(steps=[{"event": "$autocapture"} | step])
    query = {
        "kind": "ExperimentQuery",
        "experiment_id": made["id"],
        "metric": made["metrics"][0],
    }
    response = client.post(f"/api/projects/{project.pk}/query/", {"query": query})
    assert (response.status_code, response.json()["code"]) == (400, NotComputable.default_code)
    assert next(iter(step)) in response.json()["detail"]
