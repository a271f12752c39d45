"""Looking up and locking scheduled changes."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q, QuerySet

from core.db.locking import lock_row
from core.db.transactions import require_transaction
from feature_flags.models import FeatureFlag
from feature_flags.selectors import list_flags
from scheduled_changes.models import MODEL_NAME, ScheduledChange
from scheduled_changes.validation import read_id
from tenants.access import Access
from tenants.levels import FEATURE_FLAG
from tenants.models import Project

_PAUSED = Q(is_recurring=False) & (
    Q(recurrence_interval__isnull=False) | Q(cron_expression__isnull=False)
)


def list_scheduled_changes(
    *, project: Project, access: Access, parameters: Mapping[str, str] | None = None
) -> QuerySet[ScheduledChange]:
    """Return the changes that a URL asks for, of flags the reader may know of, newest first."""
    found = ScheduledChange.objects.filter(project=project)
    if access.hides_any(FEATURE_FLAG):
        flags = FeatureFlag.objects.filter(project=project)
        found = found.filter(flag__in=access.visible(FEATURE_FLAG, flags))
    parameters = parameters or {}
    if parameters.get("model_name", MODEL_NAME) not in ("", MODEL_NAME):
        found = found.none()
    if record_id := parameters.get("record_id"):
        found = found.filter(flag=read_id(record_id))
    return found.select_related("flag", "created_by").order_by("-id")


def find_flag(*, project: Project, access: Access, record_id: str) -> FeatureFlag | None:
    """Return the flag of the project with this id, unless the reader must not know of it."""
    pk = read_id(record_id)
    if pk is None:
        return None
    flags = access.visible(FEATURE_FLAG, list_flags(project=project).filter(deleted=False))
    return flags.filter(pk=pk).first()


def lock_scheduled_change(*, change: ScheduledChange) -> ScheduledChange:
    """Lock a change and return it as it is now.

    :raises ETagMismatch: when the client expects another state of it.
    :raises NotFound: when it was deleted meanwhile.
    """
    found = ScheduledChange.objects.select_related(
        "project__organization", "flag", "created_by", "acts_as", "change_request"
    )
    return lock_row(found, change.pk)


def due_ids(*, now: datetime) -> list[int]:
    """Return the ids of the changes whose time has come, the oldest first."""
    return list(_due(now).order_by("scheduled_at", "id").values_list("pk", flat=True))


def lock_due_change(*, change_id: int, now: datetime) -> ScheduledChange | None:
    """Lock a change whose time has come; None when somebody else has made it, or changed it."""
    require_transaction()
    found = _due(now).select_related("project", "flag", "acts_as", "change_request__created_by")
    return found.select_for_update(of=("self",)).filter(pk=change_id).first()


def _due(now: datetime) -> QuerySet[ScheduledChange]:
    return ScheduledChange.objects.filter(executed_at__isnull=True, scheduled_at__lte=now).exclude(
        _PAUSED
    )
