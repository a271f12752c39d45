"""Saved metrics as objects that have tags."""

from activity.subjects import SAVED_METRIC
from saved_metrics.models import SavedMetric
from tags.registry import TaggedKind

SAVED_METRICS = TaggedKind(
    SavedMetric,
    SAVED_METRIC,
    scope_object="experiment_saved_metric",
    # Wire quirk: tags-do-not-touch, see docs/quirks.md.
    touch=lambda _metric, _actor, _now: {},
)
