"""Looking up holdouts and what they govern."""

from django.db.models import QuerySet

from core.transactions import require_transaction
from feature_flags.models import FeatureFlag
from holdouts.models import Holdout
from projects.models import Project


def list_holdouts(*, project: Project) -> QuerySet[Holdout]:
    """Return the project's holdouts, newest first."""
    return (
        Holdout.objects.filter(project=project)
        .select_related("created_by")
        .order_by("-created_at", "-id")
    )


def lock_holdout(*, project: Project, holdout_id: int) -> Holdout:
    """Lock a holdout of the project and return it as it is now.

    :raises Holdout.DoesNotExist: when the project has none with this id (any more).
    """
    require_transaction()
    holdouts = Holdout.objects.filter(project=project).select_related("created_by")
    return holdouts.select_for_update(of=("self",)).get(pk=holdout_id)


def governed_flag_ids(*, holdout: Holdout) -> list[int]:
    """Return the flags of every experiment of the holdout, whatever state it is in."""
    # A reverse lookup: holdouts stand below experiments, the schema knows the join.
    flags = FeatureFlag.objects.filter(experiments__holdout=holdout)
    return list(flags.values_list("pk", flat=True).distinct())
