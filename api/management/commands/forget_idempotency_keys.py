"""`forget_idempotency_keys`: delete the ones kept for 24 hours, print how many."""

from typing import Any

from django.utils import timezone

from api.idempotency.services import forget_keys
from core.ops.commands import PacedCommand


class Command(PacedCommand):
    help = "Delete Idempotency-Keys older than 24 hours; as often, and by as many, as you like."

    def work(self, **options: Any) -> tuple[int, str]:
        rows = forget_keys(now=timezone.now())
        return rows, f"{rows} forgotten"
