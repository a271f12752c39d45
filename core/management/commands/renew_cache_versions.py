"""`renew_cache_versions`: have all workers forget what they remember of the database."""

from typing import Any

from django.db import transaction

from core.db.cache_versions import renew_cache_versions
from core.ops.commands import ResultCommand


class Command(ResultCommand):
    help = (
        "Have all workers forget the answers that they remember. Call it after the database went "
        "back in time below a running server in another way than by the command restore."
    )

    def result(self, **options: Any) -> str:
        with transaction.atomic():
            renew_cache_versions()
        return "Nothing is remembered any more."
