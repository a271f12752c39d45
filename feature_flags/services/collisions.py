"""Edits of a flag that collide with those of somebody else."""

from core.exceptions import Conflict
from feature_flags import filters as documents
from feature_flags.changes import FlagChanges, LastSeen
from feature_flags.models import FeatureFlag


def check_collisions(*, flag: FeatureFlag, changes: FlagChanges, seen: LastSeen) -> None:
    """Check that nobody has changed what this edit changes since its author saw the flag.

    :raises Conflict: when somebody has, to something else.
    """
    if seen.get("version") in (None, flag.version):
        return
    original = seen.get("original_flag") or {}
    for name in changes.keys() & original.keys():
        before, stored, wanted = (
            _comparable(name, value)
            for value in (original[name], getattr(flag, name), changes[name])
        )
        if before not in (stored, wanted) and stored != wanted:
            by = flag.last_modified_by.email if flag.last_modified_by else "Someone"
            raise Conflict(
                f"{by} changed '{name}' since you read this flag. Read it again and retry."
            )


def _comparable(name: str, value: object) -> object:
    # What is sent may lack what is filled in when it is stored.
    return documents.normalised(value) if name == "filters" and isinstance(value, dict) else value
