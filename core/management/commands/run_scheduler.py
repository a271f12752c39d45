"""`run_scheduler`: call the commands that time calls for, until it is stopped."""

from typing import Any

from apscheduler.schedulers.base import BaseScheduler
from apscheduler.schedulers.blocking import BlockingScheduler
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils import timezone

MINUTES_BETWEEN = {
    "deliver_webhooks": 1,
    "run_schedules": 1,
    "catch_up_facts": 1,
    "sweep_change_requests": 60,
    "sweep_events": 60,
    "recalculate_results": 60,
    "forget_idempotency_keys": 60,
    "clearsessions": 60,
}


class Command(BaseCommand):
    help = (
        "Call deliver_webhooks, run_schedules and catch_up_facts every minute, "
        "sweep_change_requests, sweep_events, recalculate_results, forget_idempotency_keys and "
        "clearsessions every hour, until stopped. Cron can do the same; two of these do no harm."
    )

    def handle(self, *args: object, **options: Any) -> None:
        with_jobs(BlockingScheduler(timezone="UTC")).start()


def with_jobs(scheduler: BaseScheduler) -> BaseScheduler:
    """Give the scheduler its jobs: each at once, then at its interval, never twice at a time."""
    for name, minutes in MINUTES_BETWEEN.items():
        scheduler.add_job(
            run,
            "interval",
            [name],
            id=name,
            name=name,
            minutes=minutes,
            next_run_time=timezone.now(),
            # A round that is late, for whatever reason, is still wanted, but only once.
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
    return scheduler


def run(name: str) -> None:
    """Call a command with a connection to the database of its own; the scheduler logs failures."""
    close_old_connections()
    try:
        call_command(name)
    finally:
        close_old_connections()
