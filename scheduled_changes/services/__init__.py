"""Every write to scheduled changes, and making them."""

from scheduled_changes.services.forget import forget_scheduled_changes
from scheduled_changes.services.gating import OPERATION
from scheduled_changes.services.run import run_scheduled_changes
from scheduled_changes.services.write import cancel_change, reschedule, schedule_change

__all__ = [
    "OPERATION",
    "cancel_change",
    "forget_scheduled_changes",
    "reschedule",
    "run_scheduled_changes",
    "schedule_change",
]
