"""All that a request about experiments can leave behind."""

from experiments.models import Experiment, ExperimentSavedMetric
from feature_flags.models import FeatureFlag


def everything() -> list[dict]:
    """Return every row, column by column: equal before and after means nothing was written."""
    return [
        row
        for model in (Experiment, ExperimentSavedMetric, FeatureFlag)
        for row in model.objects.order_by("pk").values()
    ]
