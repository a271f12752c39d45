"""Detects conflicts between an edit of a flag and earlier edits of others."""

from core.exceptions import Conflict
from feature_flags import filters as flag_filters
from feature_flags.changes import FlagChanges, LastSeen
from feature_flags.models import FeatureFlag
from feature_flags.redaction import brings_payloads


def check_collisions(*, flag: FeatureFlag, changes: FlagChanges, seen: LastSeen) -> None:
    """Check that nobody has changed what this edit changes since its author saw the flag.

    :raises Conflict: when somebody has, to something else.
    """
    if seen.get("version") in (None, flag.version):
        return
    original = seen.get("original_flag") or {}
    for name, value in changes.items():
        if name not in original:
            continue
        before, stored, wanted = (
            _comparable(name, each)
            for each in (original[name], _stored(flag, name, changes), value)
        )
        if before not in (stored, wanted) and stored != wanted:
            by = flag.last_modified_by.email if flag.last_modified_by else "Someone"
            raise Conflict(
                f"{by} changed '{name}' since you read this flag. Read it again and retry."
            )


def _stored(flag: FeatureFlag, name: str, changes: FlagChanges) -> object:
    if name != "filters" or brings_payloads(changes["filters"]):
        # Nobody can tell whether an encrypted payload is still the one that was there, so a new
        # one collides with any other edit.
        return getattr(flag, name)
    return flag.shown_filters


def _comparable(name: str, value: object) -> object:
    # What is sent may lack what is filled in when it is stored.
    return (
        flag_filters.normalised(value) if name == "filters" and isinstance(value, dict) else value
    )
