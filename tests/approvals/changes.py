"""Changes that policies are about, and all that they can leave behind."""

from approvals.models import Approval, ChangeRequest
from experiments.models import Experiment
from feature_flags.models import FeatureFlag
from holdouts.models import Holdout

LAUNCH = {"start_date": "2026-01-01T00:00:00Z"}


def split(control: float) -> dict:
    """Return the change that gives the control variant this share."""
    shares = {"control": control, "test": 100 - control}
    variants = [{"key": key, "rollout_percentage": share} for key, share in shares.items()]
    return {"parameters": {"feature_flag_variants": variants}}


def rollout(percentage: float) -> dict:
    """Return the change that releases the flag to this share."""
    return {"parameters": {"rollout_percentage": percentage}}


def excluding(percentage: float) -> dict:
    """Return the change that lets a holdout keep this share out."""
    return {"filters": [{"properties": [], "rollout_percentage": percentage}]}


def stored() -> list[dict]:
    """Return every row that a gated change could touch: equal means that nothing was changed."""
    return [
        row
        for model in (Experiment, FeatureFlag, Holdout)
        for row in model.objects.order_by("pk").values()
    ]


def recorded() -> list[dict]:
    """Return every request and vote."""
    return [
        row for model in (ChangeRequest, Approval) for row in model.objects.order_by("pk").values()
    ]
