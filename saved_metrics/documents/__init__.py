"""Metric documents: what they may hold and which actions they refer to."""

from saved_metrics.documents.actions import (
    action_ids,
    action_nodes,
    exposure_action_ids,
    insight_action_ids,
    shared_metric_ids,
    with_action_names,
)
from saved_metrics.documents.checks import (
    LEGACY_KINDS,
    METRIC_KIND,
    METRIC_TYPES,
    MetricDocumentError,
    check_exposure_config,
    check_inline_metric,
    check_saved_metric,
    is_legacy,
    metric_values,
)
from saved_metrics.documents.conversion import converted
from saved_metrics.documents.nodes import node_kind
from saved_metrics.documents.published import SCHEMAS

__all__ = [
    "LEGACY_KINDS",
    "METRIC_KIND",
    "METRIC_TYPES",
    "SCHEMAS",
    "MetricDocumentError",
    "action_ids",
    "action_nodes",
    "check_exposure_config",
    "check_inline_metric",
    "check_saved_metric",
    "converted",
    "exposure_action_ids",
    "insight_action_ids",
    "is_legacy",
    "metric_values",
    "node_kind",
    "shared_metric_ids",
    "with_action_names",
]
