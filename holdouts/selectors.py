"""Looking up holdouts and what they govern."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet

from core.db.locking import lock_row
from feature_flags.drivers import drivers
from feature_flags.models import FeatureFlag
from holdouts.models import Holdout
from tenants.models import Project


def list_holdouts(*, project: Project) -> QuerySet[Holdout]:
    """Return the project's holdouts, newest first."""
    return (
        Holdout.objects.filter(project=project)
        .select_related("created_by")
        .order_by("-created_at", "-id")
    )


def lock_holdout(*, project_id: int, holdout_id: int) -> Holdout:
    """Lock a holdout of the project and return it as it is now.

    :raises ETagMismatch: when the client changes it and expects another state.
    :raises NotFound: when the project has none with this id (any more).
    """
    holdouts = Holdout.objects.filter(project=project_id).select_related("created_by")
    return lock_row(holdouts, holdout_id)


def governed_flag_ids(*, holdout: Holdout) -> list[int]:
    """Return the flags of every experiment of the holdout, whatever state it is in."""
    # A reverse lookup: holdouts stand below experiments, the schema knows the join.
    flags = FeatureFlag.objects.filter(experiments__holdout=holdout)
    return list(flags.values_list("pk", flat=True).distinct())


def flags_run_by_others(*, holdout: Holdout, flag_ids: Iterable[int]) -> set[int]:
    """Return those of the flags on which an experiment runs that has not chosen the holdout."""
    running = drivers().filter(start_date__isnull=False, end_date__isnull=True, deleted=False)
    others = running.filter(feature_flag_id__in=sorted(flag_ids)).exclude(holdout=holdout)
    return set(others.values_list("feature_flag_id", flat=True))


def affected_experiments(*, holdout: Holdout) -> list[dict[str, object]]:
    """Return who the experiments of the holdout are, whatever state they are in."""
    rows = holdout.experiments.order_by("pk").values_list("pk", "name", "feature_flag__key")
    return [{"id": pk, "name": name, "flag_key": key} for pk, name, key in rows]


def holdout_drift(*, project: Project, intent: Mapping[str, Any]) -> str | None:
    """Say how the holdout of a change request differs from the one the request was made for."""
    holdout = Holdout.objects.filter(project=project, pk=intent["holdout_id"]).first()
    if holdout is None:
        return "The holdout is gone."
    expected = intent["current_state"]["exclusion_percentage"]
    found = holdout.filters[0].get("rollout_percentage") if holdout.filters else None
    if found != expected:
        return f"Expected a holdout of {expected}%, found {found}%."
    affected = affected_experiments(holdout=holdout)
    if _ids(affected) != _ids(intent["affected_experiments"]):
        return "The experiments of the holdout are others now."
    return None


def _ids(experiments: Iterable[Mapping[str, object]]) -> set[object]:
    return {experiment["id"] for experiment in experiments}
