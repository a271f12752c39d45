"""Deleting changes that were made long ago."""

from datetime import datetime

from core.db.pieces import delete_in_pieces
from scheduled_changes.models import ScheduledChange


def forget_scheduled_changes(*, before: datetime) -> int:
    """Delete, in pieces, the changes that were made or failed before; return how many."""
    return delete_in_pieces(ScheduledChange.objects.filter(executed_at__lt=before))
