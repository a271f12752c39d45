"""`sweep_change_requests`: end overdue requests, mark stale ones, print how many."""

from django.utils import timezone

from approvals.services import sweep
from core.commands import ResultCommand


class Command(ResultCommand):
    help = "End overdue change requests and mark stale ones; as often, and by as many, as you like."

    def result(self, **options: object) -> str:
        done = sweep(now=timezone.now())
        return f"{done.expired} expired, {done.stale} stale"
