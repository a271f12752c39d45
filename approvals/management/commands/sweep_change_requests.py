"""`sweep_change_requests`: end overdue requests, mark stale ones, print how many."""

from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from approvals.services import sweep
from core.ops.commands import PacedCommand


class Command(PacedCommand):
    help = "End overdue change requests and mark stale ones; as often, and by as many, as you like."

    def work(self, **options: Any) -> tuple[int, str]:
        done = sweep(now=timezone.now())
        if done.failed:
            raise CommandError(
                f"{done.expired} expired, {done.stale} stale, {done.failed} failed: see the log"
            )
        return done.visited, f"{done.expired} expired, {done.stale} stale"
