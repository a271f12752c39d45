"""Every write to holdouts, and to the flags they govern."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict

from django.db import transaction

from core.exceptions import NotFound
from feature_flags import filters as documents
from feature_flags.selectors import lock_flags
from feature_flags.services import update_flag
from holdouts.models import Holdout
from holdouts.selectors import governed_flag_ids, lock_holdout
from projects.models import Project
from users.models import User

Group = dict[str, object]


class HoldoutChanges(TypedDict, total=False):
    """What shall change in a holdout: an absent key leaves its field alone."""

    name: str
    description: str | None
    filters: list[Group]


@transaction.atomic(durable=True)
def create_holdout(
    *, project: Project, values: HoldoutChanges, actor: User, now: datetime
) -> Holdout:
    """Create a holdout; without filters it keeps nobody out."""
    groups = values.get("filters") or [{"properties": [], "rollout_percentage": 0}]
    holdout = Holdout.objects.create(
        **values | {"filters": groups},
        project=project,
        created_by=actor,
        created_at=now,
        updated_at=now,
    )
    # The variant carries the id, which the row has only now.
    holdout.filters = _with_variant(groups, holdout_id=holdout.pk)
    holdout.save(update_fields=["filters"])
    return holdout


@transaction.atomic(durable=True)
def update_holdout(
    *, project: Project, holdout_id: int, changes: HoldoutChanges, actor: User, now: datetime
) -> Holdout:
    """Change a holdout; a change of its filters reaches the flags of all its experiments.

    :raises InvalidFilters: when a governed flag cannot take the change; nothing is changed then.
    :raises NotFound: when the holdout was deleted meanwhile.
    """
    holdout = _locked(project, holdout_id)
    if "filters" in changes and changes["filters"] != holdout.filters:
        holdout.filters = _with_variant(changes["filters"], holdout_id=holdout.pk)
        entry = documents.holdout_entry(holdout_id=holdout.pk, groups=holdout.filters)
        _write_to_flags(holdout, entry=entry, actor=actor, now=now)
    holdout.name = changes.get("name", holdout.name)
    holdout.description = changes.get("description", holdout.description)
    holdout.updated_at = now
    holdout.save(update_fields=[*changes, "updated_at"])
    return holdout


@transaction.atomic(durable=True)
def delete_holdout(*, project: Project, holdout_id: int, actor: User, now: datetime) -> None:
    """Delete a holdout and release the flags of its experiments from it.

    :raises NotFound: when the holdout was deleted meanwhile.
    """
    holdout = _locked(project, holdout_id)
    _write_to_flags(holdout, entry=None, actor=actor, now=now)
    holdout.delete()


def _locked(project: Project, holdout_id: int) -> Holdout:
    try:
        return lock_holdout(project=project, holdout_id=holdout_id)
    except Holdout.DoesNotExist:
        raise NotFound from None


def _write_to_flags(
    holdout: Holdout, *, entry: documents.Document | None, actor: User, now: datetime
) -> None:
    for flag in lock_flags(flag_ids=governed_flag_ids(holdout=holdout)):
        filters = documents.with_holdout(flag.filters, holdout=entry)
        update_flag(flag=flag, changes={"filters": filters}, actor=actor, now=now)


def _with_variant(groups: Sequence[Group], *, holdout_id: int) -> list[Group]:
    return [group | {"variant": f"holdout-{holdout_id}"} for group in groups]
