"""Every write to flags; each is part of a larger change and needs its transaction."""

from datetime import datetime
from typing import TypedDict

from core.transactions import require_transaction
from feature_flags import filters as documents
from feature_flags import validation
from feature_flags.models import FeatureFlag
from feature_flags.signals import flag_updated
from projects.models import Project
from users.models import User


class NewFlag(TypedDict):
    """What a flag starts with."""

    key: str
    name: str
    active: bool
    filters: documents.Document
    ensure_experience_continuity: bool
    folder: str | None
    creation_context: str


class FlagChanges(TypedDict, total=False):
    """What shall change in a flag: an absent key leaves its field alone."""

    filters: documents.Document
    active: bool


def create_flag(*, project: Project, values: NewFlag, actor: User, now: datetime) -> FeatureFlag:
    """Create a flag at version 1.

    :raises RuleBroken: when the key or the filters are not valid.
    :raises IntegrityError: when a live flag has the key.
    """
    require_transaction()
    validation.check_key(values["key"])
    filters = documents.normalised(values["filters"])
    validation.check_filters(filters)
    return FeatureFlag.objects.create(
        **values | {"filters": filters},
        project=project,
        created_by=actor,
        last_modified_by=actor,
        created_at=now,
        updated_at=now,
    )


def update_flag(
    *, flag: FeatureFlag, changes: FlagChanges, actor: User, now: datetime
) -> FeatureFlag:
    """Change a locked flag and count its version up.

    :raises InvalidFilters: when the new filters are not valid.
    """
    require_transaction()
    if "filters" in changes:
        flag.filters = documents.normalised(changes["filters"])
        validation.check_filters(flag.filters)
    flag.active = changes.get("active", flag.active)
    flag.version = (flag.version or 0) + 1
    flag.last_modified_by = actor
    flag.updated_at = now
    flag.save(update_fields=[*changes, "version", "last_modified_by", "updated_at"])
    if "filters" in changes:
        flag_updated.send(FeatureFlag, flag=flag)
    return flag
