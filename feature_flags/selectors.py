"""Looking up and locking flags."""

from collections.abc import Iterable

from core.transactions import require_transaction
from feature_flags.models import FeatureFlag
from projects.models import Project


def find_live_flag(*, project: Project, key: str) -> FeatureFlag | None:
    """Return the project's flag with this key, unless it is deleted."""
    return FeatureFlag.objects.filter(project=project, key=key, deleted=False).first()


def lock_flags(*, flag_ids: Iterable[int]) -> list[FeatureFlag]:
    """Lock these flags and the experiments on them, and return the flags by ascending id.

    Writing a flag writes its experiments' copy of the variants too. Taking the experiments
    first, ids ascending, is the lock order of the house: holdout, experiments, flags.
    """
    require_transaction()
    ids = sorted(set(flag_ids))
    # A reverse lookup: experiments stand above flags, so their model is reached by the relation.
    experiments = FeatureFlag.experiments.rel.related_model.objects
    locked = experiments.filter(feature_flag_id__in=ids).order_by("pk").select_for_update()
    list(locked.values_list("pk", flat=True))
    return list(FeatureFlag.objects.filter(pk__in=ids).order_by("pk").select_for_update())
