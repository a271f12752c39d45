"""Making a scheduled change of its flag."""

from datetime import datetime

from approvals.approved import Approved
from core.db.transactions import require_transaction
from core.exceptions import RuleBroken
from feature_flags.models import FeatureFlag
from feature_flags.services import take_transition, update_flag
from scheduled_changes.documents import Operation, brings_payloads, filters_after
from scheduled_changes.models import ScheduledChange
from scheduled_changes.validation import BadPayload
from tenants.levels import FEATURE_FLAG
from tenants.selectors import find_access
from users.models import User


def make_change(
    change: ScheduledChange, *, now: datetime, approval: Approved | None = None
) -> FeatureFlag:
    """Change the flag, which is locked, as the person who wrote the change.

    :raises ApprovalRequired: when others must agree first.
    :raises RuleBroken: when the flag does not take it, or the person has no access any more.
    """
    require_transaction()
    flag, actor = change.flag, _author(change)
    if flag.deleted:
        raise RuleBroken("The feature flag is deleted.")
    if change.payload["operation"] == Operation.UPDATE_STATUS:
        transition = "enable" if change.payload["value"] else "disable"
        return take_transition.in_transaction(
            flag=flag, transition=transition, actor=actor, now=now, approval=approval
        )
    check_secrets(change.payload, flag=flag)
    filters = filters_after(change.payload, flag.shown_filters)
    if filters == flag.shown_filters:
        return flag
    return update_flag.in_transaction(
        flag=flag,
        changes={"filters": filters},
        seen={},
        actor=actor,
        now=now,
        approval=approval,
    )


def check_secrets(payload: dict[str, object], *, flag: FeatureFlag) -> None:
    """Check that no secret would be kept in the change: what waits there is not encrypted.

    :raises BadPayload: when one would.
    """
    if flag.has_encrypted_payloads and brings_payloads(payload):
        raise BadPayload(
            "The payloads of this feature flag are encrypted. Change them by PATCH.", attr="payload"
        )


def _author(change: ScheduledChange) -> User:
    author = change.acts_as
    if author is not None and author.is_active:
        access = find_access(user=author, project=change.project, resource=FEATURE_FLAG)
        if access.may_write(FEATURE_FLAG, change.flag):
            return author
    raise RuleBroken("The person who scheduled this has no access any more.")
