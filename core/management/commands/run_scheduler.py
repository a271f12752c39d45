"""`run_scheduler`: call the commands that time calls for, until it is stopped."""

import os
from argparse import ArgumentParser
from contextlib import suppress
from threading import Thread
from time import sleep
from typing import Any

from apscheduler.schedulers.base import BaseScheduler
from apscheduler.schedulers.blocking import BlockingScheduler
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils import timezone
from django.utils.autoreload import run_with_reloader

# Requests come first.
_NICE = 5
MINUTES_BETWEEN = {
    "deliver_webhooks": 1,
    "run_schedules": 1,
    "run_scheduled_changes": 1,
    "catch_up_facts": 1,
    "calculate_cohorts": 1,
    "finish_deletions": 1,
    "sweep_change_requests": 60,
    "sweep_events": 60,
    "recalculate_results": 60,
    "sweep_activity": 60,
    "sweep_scheduled_changes": 60,
    "forget_idempotency_keys": 60,
    "forget_deliveries": 60,
    "forget_steps": 60,
    "clearsessions": 60,
}


class Command(BaseCommand):
    help = (
        "Call deliver_webhooks, run_schedules, run_scheduled_changes, catch_up_facts, "
        "calculate_cohorts and finish_deletions every minute, sweep_change_requests, sweep_events, "
        "recalculate_results, sweep_activity, sweep_scheduled_changes, forget_idempotency_keys, "
        "forget_deliveries, forget_steps and clearsessions every hour, until stopped. Cron can do "
        "the same; two of these do no harm."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--beside",
            type=int,
            metavar="PID",
            help="end with this process, which has started it, and leave it the processor",
        )
        parser.add_argument(
            "--reload", action="store_true", help="begin anew whenever the source changes"
        )

    def handle(self, *args: object, **options: Any) -> None:
        if options["beside"]:
            os.nice(_NICE)
            Thread(target=_end_with, args=[options["beside"]], daemon=True).start()
        # Ctrl-C reaches the server and what it has started alike.
        with suppress(KeyboardInterrupt):
            if options["reload"]:
                run_with_reloader(_work)
            else:
                _work()


def _work() -> None:
    with_jobs(BlockingScheduler(timezone="UTC")).start()


def _end_with(parent: int) -> None:
    # However the parent ended: what is orphaned gets another parent. A job that is cut off rolls
    # back, and is done again by the next scheduler.
    while os.getppid() == parent:
        sleep(1)
    os._exit(0)


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
