"""What tests of access say about a refusal."""

from rest_framework.response import Response

from experiments.models import Experiment, ExperimentSavedMetric
from feature_flags.models import FeatureFlag
from holdouts.models import Holdout
from saved_metrics.models import SavedMetric
from tenants.models import AccessControl
from tests.assertions import assert_error


def assert_too_low(response: Response, wanted: str = "editor") -> None:
    """Check that the level was too low for what was asked."""
    assert_error(response, 403, "permission_denied")
    assert response.json()["type"] == "authentication_error"
    assert response.json()["detail"] == f"You do not have {wanted} access to this resource."


def all_rows() -> list[dict[str, object]]:
    """Return every row that rules are about, and the rules: equal means nothing was written."""
    models = (
        Experiment,
        ExperimentSavedMetric,
        FeatureFlag,
        Holdout,
        SavedMetric,
        AccessControl,
    )
    return [row for model in models for row in model.objects.order_by("pk").values()]
