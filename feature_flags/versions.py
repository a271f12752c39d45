"""Flags as they were, rebuilt from the history."""

from copy import copy

from django.db.models import TextField
from django.db.models.functions import Cast, Length

from activity.changes import state_before
from activity.models import ActivityLog
from activity.selectors import list_history
from activity.snapshots import State, snapshot
from activity.subjects import FLAG
from core.exceptions import APIException, NotFound, RuleBroken
from feature_flags.models import FeatureFlag
from feature_flags.redaction import is_placeholder, payloads

FIRST = 1
# What is undone is held in memory: so many versions, whose changes are so many characters.
MAX_UNDONE = 500
MAX_UNDONE_LENGTH = 16 * 1024 * 1024
# As many entries may be written between reading the flag and reading its history.
_MEANWHILE = 5


_LENGTH = Length(Cast("detail", TextField()))


class HistoryIncomplete(APIException):
    """A 422: the history does not tell all that has changed since the version that is asked for."""

    status_code = 422
    default_code = "history_incomplete"
    default_detail = "The history of this flag does not tell what it was like at this version."
    exception_type = "invalid_request"


def get_version(*, flag: FeatureFlag, version: int) -> FeatureFlag:
    """Return the flag as it was at this version, with its experiments of today; never to be saved.

    :raises HistoryIncomplete: when the history does not tell what it was like.
    :raises NotFound: when the flag has had no such version.
    :raises RuleBroken: when it is a remote configuration, or was one then.
    """
    _check_no_configuration(flag)
    if not FIRST <= version <= (flag.version or 0):
        raise NotFound(f"This flag has no version {version}.")
    if version == flag.version:
        return flag
    entries = _entries_by_version(flag, version)
    state = snapshot(flag)
    for number in range(flag.version or 0, version, -1):
        state = _undone(state, entries.get(number))
    past = _with(flag, state, made_by=entries.get(version))
    _check_no_configuration(past)
    if any(map(is_placeholder, payloads(past.filters).values())):
        # They were encrypted later, and not told from then on.
        raise HistoryIncomplete
    return past


def _entries_by_version(flag: FeatureFlag, version: int) -> dict[object, ActivityLog]:
    # One entry for each version after it, and one that tells how it came to be itself.
    number = (flag.version or 0) - version + 1
    wanted = list_history(subject=FLAG, row=flag)[: number + _MEANWHILE]
    if number > MAX_UNDONE + 1 or sum(wanted.values_list(_LENGTH, flat=True)) > MAX_UNDONE_LENGTH:
        raise HistoryIncomplete("So many changes are not undone. Read a later version.")
    return {_changes(entry).get("version", {}).get("after"): entry for entry in wanted}


def _changes(entry: ActivityLog) -> dict[str, dict[str, object]]:
    return {change["field"]: change for change in entry.detail["changes"] or ()}


def _undone(state: State, entry: ActivityLog | None) -> State:
    before = entry and state_before(state, _changes(entry).values())
    if not before:
        raise HistoryIncomplete
    return before


def _with(flag: FeatureFlag, state: State, *, made_by: ActivityLog | None) -> FeatureFlag:
    past = copy(flag)
    for name, value in state.items():
        setattr(past, name, value)
    if made_by is not None:
        past.last_modified_by, past.updated_at = made_by.user, made_by.created_at
    elif state["version"] == FIRST:
        past.last_modified_by, past.updated_at = flag.created_by, flag.created_at
    else:
        raise HistoryIncomplete
    return past


def _check_no_configuration(flag: FeatureFlag) -> None:
    if flag.is_remote_configuration:
        raise RuleBroken(
            "Remote configurations have no versions to be read: payloads are not kept."
        )
