import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from rest_framework.response import Response

from tests.client import DocumentedClient
from tests.factories import FUNNEL_METRIC, MEAN_METRIC, TWO_VARIANTS
from users.models import Job

EXAMPLES = json.loads((Path(__file__).parent / "page_examples.json").read_text())["operations"]
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
# The page's way to show an object whose members are the client's business.
FREE_FORM = {"property1": None, "property2": None}
# No request of the page can fill these: null, or an empty list, is their only answer here.
OUT_OF_REACH = {"exposure_cohort", "bucketing_identifier", "evaluation_contexts"}

Ids = dict[str, int]


def body(resource: str, number: int, ids: Ids) -> dict[str, object]:
    """Return a request that fills everything that a request can fill."""
    named = {"name": f"Number {number}", "description": "All of it"}
    if resource == "experiment_holdouts":
        return named | {"filters": [{"properties": [], "rollout_percentage": 10}]}
    if resource == "experiment_saved_metrics":
        return named | {"query": MEAN_METRIC, "tags": ["web"]}
    return named | {
        "start_date": "2026-01-01T00:00:00Z",
        "end_date": "2026-02-01T00:00:00Z",
        "feature_flag_key": f"checkout-{number}",
        "holdout_id": ids["experiment_holdouts"],
        "parameters": {"feature_flag_variants": TWO_VARIANTS},
        "saved_metrics_ids": [{"id": ids["experiment_saved_metrics"]}],
        "type": "web",
        "exposure_criteria": {"filterTestAccounts": True},
        "metrics": [MEAN_METRIC],
        "metrics_secondary": [FUNNEL_METRIC],
        "stats_config": {"method": "bayesian"},
        "scheduling_config": {},
        "_create_in_folder": "Growth",
        "conclusion": "won",
        "conclusion_comment": "Larger is better",
    }


def ask(client: DocumentedClient, example: dict, project_id: int, ids: Ids) -> Response:
    """Send the request of the page's example; a list is asked for its middle page."""
    resource = example["path"].split("/")[4]
    path = example["path"].replace(":project_id", str(project_id))
    path = path.replace(":id", str(ids[resource])) + "/"
    if example["title"].startswith("List"):
        return client.get(path, {"limit": 1, "offset": 1})
    data = None if example["method"] in ("GET", "DELETE") else body(resource, 4, ids)
    return client.generic(
        example["method"], path, json.dumps(data) if data else "", "application/json"
    )


def kind(value: object) -> str:
    return "time" if isinstance(value, str) and TIME.fullmatch(value) else type(value).__name__


def differences(example: object, answer: object, path: str = "") -> Iterator[str]:
    """Tell where an answer has other keys, another order or other types than its example."""
    if example is None or path.rpartition(".")[2] in OUT_OF_REACH:
        return
    if kind(answer) != kind(example):
        yield f"{path} is {answer!r}, the page has {example!r}"
    elif isinstance(example, dict) and example != FREE_FORM:
        if list(answer) != list(example):
            yield f"{path} has the keys {list(answer)}"
        for key in example.keys() & answer.keys():
            yield from differences(example[key], answer[key], f"{path}.{key}")
    elif isinstance(example, list):
        # An empty list shows nothing, so it is compared as if it held a null.
        for item in answer or [None]:
            yield from differences(example[0], item, f"{path}[]")


@pytest.fixture
def ids(ada, client, project) -> Ids:
    ada.hedgehog_config = {"color": "green"}
    ada.is_email_verified = True
    ada.role_at_organization = Job.ENGINEERING
    ada.first_name, ada.last_name = "Ada", "Lovelace"
    ada.save()
    made: Ids = {}
    for resource in ("experiment_holdouts", "experiment_saved_metrics", "experiments"):
        url = f"/api/projects/{project.pk}/{resource}/"
        # Three, so that the middle page of a list has a next and a previous one.
        answers = [client.post(url, body(resource, number, made)) for number in (1, 2, 3)]
        made[resource] = answers[-1].json()["id"]
    return made


def test_page__examples__one_of_each_operation():
    operations = {(example["method"], example["path"]) for example in EXAMPLES}

    assert len(operations) == len(EXAMPLES) == 13


@pytest.mark.parametrize("example", EXAMPLES, ids=[example["title"] for example in EXAMPLES])
def test_answer__to_the_request_of_the_page__same_keys_order_and_types(
    client, project, ids, example
):
    response = ask(client, example, project.pk, ids)

    assert response.status_code == example["status"], response.content
    if example["response"] is None:
        assert response.content == b""
    else:
        assert list(differences(example["response"], response.json())) == []
