"""`renew_cache_versions`: invalidate the caches of all workers."""

from typing import Any

from django.db import transaction

from core.db.cache_versions import renew_cache_versions
from core.ops.commands import ResultCommand


class Command(ResultCommand):
    help = (
        "Invalidate the caches of all workers. Call it after the database went "
        "back in time below a running server in another way than by the command restore."
    )

    def result(self, **options: Any) -> str:
        with transaction.atomic():
            renew_cache_versions()
        return "All caches are invalidated"
