"""Ten calls of a client that openapi-python-client has made from openapi.yaml, to a real server.

`python .ci/generated_client.py <URL> <key> <folder of the client>`
"""

import sys

URL, KEY, FOLDER = sys.argv[1:]
sys.path.insert(0, FOLDER)

from experiments_api_client import AuthenticatedClient  # noqa: E402
from experiments_api_client.api.experiment_holdouts import experiment_holdouts_create  # noqa: E402
from experiments_api_client.api.experiment_saved_metrics import (  # noqa: E402
    experiment_saved_metrics_create,
)
from experiments_api_client.api.experiments import (  # noqa: E402
    experiments_create,
    experiments_duplicate_create,
    experiments_end_create,
    experiments_launch_create,
    experiments_list,
    experiments_partial_update,
    experiments_retrieve,
    experiments_ship_variant_create,
)
from experiments_api_client.api.feature_flags import feature_flags_retrieve  # noqa: E402
from experiments_api_client.models import (  # noqa: E402
    DuplicateRequest,
    Error,
    ExperimentMetric,
    ExperimentMetricMetricType,
    ExperimentParameters,
    ExperimentRequest,
    ExperimentVariant,
    HoldoutRequest,
    MetricSource,
    PatchedExperimentRequest,
    SavedMetricRequest,
    ShipVariantRequest,
    VerdictRequest,
)

client = AuthenticatedClient(base_url=URL, token=KEY)
call = {"project_id": "@current", "client": client}


def funnel(event: str) -> ExperimentMetric:
    """Return a metric with one step."""
    return ExperimentMetric(
        kind="ExperimentMetric",
        metric_type=ExperimentMetricMetricType.FUNNEL,
        series=[MetricSource(kind="EventsNode", event=event)],
    )


# 1. to 3. What is nested is sent as objects of the client's own classes.
holdout = experiment_holdouts_create.sync(**call, body=HoldoutRequest(name="Never in a test"))
saved = experiment_saved_metrics_create.sync(
    **call, body=SavedMetricRequest(name="Orders", query=funnel("order placed"))
)
variants = [
    ExperimentVariant(key="control", rollout_percentage=80),
    ExperimentVariant(key="test", rollout_percentage=20),
]
created = experiments_create.sync(
    **call,
    body=ExperimentRequest(
        name="Generated",
        feature_flag_key="generated",
        holdout_id=holdout.id,
        parameters=ExperimentParameters(feature_flag_variants=variants),
        metrics=[funnel("cart opened")],
    ),
)
assert created.status == "draft", created
assert created.metrics[0].series[0].event == "cart opened"
assert [each.rollout_percentage for each in created.parameters.feature_flag_variants] == [80, 20]

# 4. and 5. It is read alone, and found in a page.
one = {**call, "id": created.id}
assert experiments_retrieve.sync(**one).feature_flag_key == "generated"
page = experiments_list.sync(**call, search="Generated", limit=1)
assert (page.count, page.results[0].id, page.next_) == (1, created.id, None), page

# 6. A change names only what changes.
changed = experiments_partial_update.sync(**one, body=PatchedExperimentRequest(name="Renamed"))
assert (changed.name, changed.holdout.id) == ("Renamed", holdout.id), changed

# 7. to 9. The steps of its life.
launched = experiments_launch_create.sync(**one)
assert launched.status == "running" and launched.feature_flag.active, launched
shipped = experiments_ship_variant_create.sync(**one, body=ShipVariantRequest(variant_key="test"))
assert shipped.status == "stopped" and shipped.feature_flag.active, shipped
copy = experiments_duplicate_create.sync(**one, body=DuplicateRequest(feature_flag_key="copied"))
assert copy.status == "draft" and copy.feature_flag_key == "copied", copy

# 10. Another resource, by an id that an answer told.
flag = feature_flags_retrieve.sync(project_id="@current", client=client, id=copy.feature_flag.id)
assert flag.key == "copied", flag

# A refusal is an object of its class as well.
refused = experiments_end_create.sync(
    **call, id=copy.id, body=VerdictRequest(conclusion_comment="never launched")
)
assert isinstance(refused, Error) and refused.detail, refused
assert saved.query.series[0].event == "order placed", saved
print("A generated client made ten calls, and was refused once.")
