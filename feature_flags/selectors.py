"""Looking up and locking flags."""

from collections.abc import Iterable, Mapping

from django.db.models import Prefetch, QuerySet

from core.transactions import require_transaction
from feature_flags.listing import eligible
from feature_flags.models import FeatureFlag
from projects.models import Project


def find_live_flag(*, project: Project, key: str) -> FeatureFlag | None:
    """Return the project's flag with this key, unless it is deleted."""
    return FeatureFlag.objects.filter(project=project, key=key, deleted=False).first()


def list_eligible_flags(
    *, project: Project, parameters: Mapping[str, str]
) -> QuerySet[FeatureFlag]:
    """Return those of the flags an experiment can use that a URL asks for, newest first by default.

    :raises RuleBroken: when a parameter of the URL makes no sense.
    """
    experiments = FeatureFlag.experiments.rel.related_model.objects
    drivers = experiments.only("id", "feature_flag_id", "deleted")
    return (
        eligible(FeatureFlag.objects.filter(project=project), parameters=parameters)
        .select_related("created_by", "last_modified_by")
        .prefetch_related(Prefetch("experiments", queryset=drivers))
    )


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


def flag_drift(*, project: Project, intent: Mapping[str, object]) -> str | None:
    """Say how the flag of a change request differs from the one the request was made for."""
    if intent["flag_id"] is None:
        is_made = find_live_flag(project=project, key=str(intent["flag_key"])) is not None
        return f"The feature flag '{intent['flag_key']}' exists now." if is_made else None
    flag = FeatureFlag.objects.filter(project=project, pk=intent["flag_id"], deleted=False).first()
    if flag is None:
        return "The feature flag is gone."
    expected = intent["preconditions"]["version"]
    if flag.version != expected:
        return f"Expected version {expected} of the feature flag, found {flag.version}."
    return None
