"""What the body of a query asks for."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from core.exceptions import RuleBroken
from experiments.models import Experiment
from results import selectors, services
from results.serializers import QUERIES, MetricQuerySerializer
from results.services import Overrides, ResultQuery
from tenants.access import Access


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
    if reader is MetricQuerySerializer:
        return services.metric_query(experiment=experiment, metric=sent["metric"], now=now)
    return services.exposure_query(experiment=experiment, sent=_overrides(sent), now=now)


def _experiment(access: Access, experiment_id: int) -> Experiment:
    experiment = selectors.find_visible_experiment(access=access, experiment_id=experiment_id)
    if experiment is None:
        raise RuleBroken(
            f"There is no experiment {experiment_id} in this project.", attr="experiment_id"
        )
    return experiment


def _overrides(sent: Mapping[str, Any]) -> Overrides:
    return Overrides(
        flag_filters=sent["feature_flag"].get("filters"),
        start=sent.get("start_date"),
        end=sent.get("end_date"),
        criteria=sent.get("exposure_criteria"),
    )
