"""What documents ask of events: exposures, metrics and the sources they read; no rows."""

from results.plans.errors import UnsupportedMetric
from results.plans.exposures import (
    ExposurePlan,
    activation_source,
    exposure_source,
    keeps_first_variant,
)
from results.plans.metrics import FunnelPlan, MeanPlan, MetricPlan, RetentionPlan, metric_plan
from results.plans.query import (
    PlannedSources,
    can_share_a_query,
    exposures_of,
    query_of,
    shared_query_of,
    sources_of,
)
from results.plans.sources import Actions, Reading, text_value
from results.plans.values import ValuePlan

__all__ = [
    "Actions",
    "ExposurePlan",
    "FunnelPlan",
    "MeanPlan",
    "MetricPlan",
    "PlannedSources",
    "Reading",
    "RetentionPlan",
    "UnsupportedMetric",
    "ValuePlan",
    "activation_source",
    "can_share_a_query",
    "exposure_source",
    "exposures_of",
    "keeps_first_variant",
    "metric_plan",
    "query_of",
    "shared_query_of",
    "sources_of",
    "text_value",
]
