"""What the body of a query asks for."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from actions.selectors import hidden_actions
from core.exceptions import RuleBroken, not_in_project
from experiments.models import Experiment
from feature_flags.filters import holdout_entry
from results import selectors, services
from results.serializers import QUERIES, MetricQuerySerializer
from results.services import Overrides, ResultQuery
from saved_metrics.documents import action_ids, exposure_action_ids
from tenants.access import Access
from tenants.levels import ACTION


def read_query(document: Mapping[str, object], *, access: Access, now: datetime) -> ResultQuery:
    """Return the query that a document describes.

    :raises RuleBroken: when it describes none, or the experiment is not there.
    :raises NotComputable: when it asks for something that results do not compute.
    """
    kind = document.get("kind")
    reader = QUERIES.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise RuleBroken(
            f"This server computes queries of the kinds {' and '.join(map(str, QUERIES))}.",
            attr="query",
        )
    body = reader(data=document)
    body.is_valid(raise_exception=True)
    sent = body.validated_data
    experiment = _experiment(access, sent["experiment_id"])
    check_actions(access=access, experiment=experiment, body=sent)
    if reader is MetricQuerySerializer:
        return services.metric_query(experiment=experiment, metric=sent["metric"], now=now)
    return services.exposure_query(experiment=experiment, sent=_overrides(sent), now=now)


def check_actions(*, access: Access, experiment: Experiment, body: Mapping[str, Any]) -> None:
    """Check that the caller may know of the actions that a metric or exposure criteria name.

    What the experiment names itself is computed for all who may see it.

    :raises RuleBroken: naming those that do not exist for them.
    """
    metric, criteria = body.get("metric") or {}, body.get("exposure_criteria")
    sent = {*action_ids(document=metric), *exposure_action_ids(criteria=criteria)}
    if not sent or not access.hides_any(ACTION):
        return
    stored = [each for each in experiment.shown_metrics if isinstance(each, dict)]
    known = {found for each in stored for found in action_ids(document=each)}
    known |= set(exposure_action_ids(criteria=experiment.exposure_criteria))
    if hidden := hidden_actions(project=access.project, access=access, ids=sent - known):
        attr = "metric" if metric else "exposure_criteria"
        raise RuleBroken(not_in_project("action", hidden), attr=attr)


def _experiment(access: Access, experiment_id: int) -> Experiment:
    experiment = selectors.find_visible_experiment(access=access, experiment_id=experiment_id)
    if experiment is None:
        raise RuleBroken(
            f"There is no experiment {experiment_id} in this project.", attr="experiment_id"
        )
    return experiment


def _overrides(sent: Mapping[str, Any]) -> Overrides:
    """Return what an exposure query says itself; members that it leaves out are missing."""
    overrides = Overrides()
    if "start_date" in sent:
        overrides["start"] = sent["start_date"]
    if "end_date" in sent:
        overrides["end"] = sent["end_date"]
    if "exposure_criteria" in sent:
        overrides["criteria"] = sent["exposure_criteria"]
    if "filters" in sent["feature_flag"]:
        overrides["flag_filters"] = sent["feature_flag"]["filters"]
    # Null says nothing: the flag's own copy of a holdout may stand in its filters.
    if holdout := sent.get("holdout"):
        groups = holdout.get("filters") or []
        overrides["holdout"] = holdout_entry(holdout_id=holdout["id"], groups=groups)
    return overrides
