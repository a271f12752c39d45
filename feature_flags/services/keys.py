"""Which key a flag gets: the one it asks for, one that frees its own, or its old one again."""

from collections.abc import Sequence

from django.db.models import Model

from core.exceptions import InUse, RuleBroken
from feature_flags import validation
from feature_flags.changes import FlagChanges
from feature_flags.models import FeatureFlag
from feature_flags.selectors import (
    find_live_flag,
    free_key,
    has_experiments,
    live_experiments_of,
)
from tenants.levels import EXPERIMENT
from tenants.models import Project


class KeyTaken(RuleBroken):
    """Raised when another flag that is not deleted has the key."""

    default_code = "unique"
    default_attr = "key"
    default_detail = "There is a feature flag with this key already."


class FlagInUse(InUse):
    """Raised when a flag shall be deleted that experiments need."""

    resource = EXPERIMENT
    default_attr = "deleted"


def check_new_key(*, project: Project, key: str) -> None:
    """Check that a flag of the project can get this key.

    :raises KeyTaken: when another flag has it.
    :raises RuleBroken: when it is not the key of a flag.
    """
    if find_live_flag(project=project, key=key) is not None:
        raise KeyTaken
    validation.check_key(key)


def key_after(*, flag: FeatureFlag, changes: FlagChanges) -> str:
    """Return the key of the flag after these changes.

    :raises FlagInUse: when it shall be deleted and experiments need it.
    :raises KeyTaken: when another flag has the wanted key.
    :raises RuleBroken: when the wanted key is not the key of a flag.
    """
    wanted = changes.get("key", flag.key)
    is_deleted = changes.get("deleted", flag.deleted)
    if flag.deleted and not is_deleted:
        return _restored_key(flag, wanted)
    if wanted != flag.key and is_deleted:
        # Deleted flags may share a key.
        validation.check_key(wanted)
    elif wanted != flag.key:
        check_new_key(project=flag.project, key=wanted)
    if is_deleted and not flag.deleted:
        check_unused(users=live_experiments_of(flag=flag))
        if has_experiments(flag=flag):
            return key_when_deleted(flag, wanted)
    return wanted


def key_when_deleted(flag: FeatureFlag, key: str) -> str:
    """Return the key of a deleted flag that experiments show.

    Its own becomes free for another flag, and what the experiments show stays telling.
    """
    return f"{key}{_suffix(flag)}"


def check_unused(*, users: Sequence[tuple[Model, str]]) -> None:
    """Check that no experiments need a flag that shall be deleted.

    :raises FlagInUse: when some do.
    """
    if users:
        raise FlagInUse("Experiments use this flag: {}. Delete them first.", things=users)


def _restored_key(flag: FeatureFlag, wanted: str) -> str:
    own, plain = (key.removesuffix(_suffix(flag)) for key in (flag.key, wanted))
    if plain == own:
        return free_key(project=flag.project, key=own)
    check_new_key(project=flag.project, key=plain)
    return plain


def _suffix(flag: FeatureFlag) -> str:
    return f":deleted:{flag.pk}"
