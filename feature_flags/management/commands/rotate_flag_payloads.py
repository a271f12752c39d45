"""`rotate_flag_payloads`: encrypt payloads with the secret of today, print of how many flags."""

from typing import Any

from django.core.management.base import CommandError

from core.ops.commands import ResultCommand
from feature_flags.services import rotate_payloads


class Command(ResultCommand):
    help = (
        "Encrypt the payloads of all flags with SECRET_KEY, so that former secrets can leave "
        "SECRET_KEY_FALLBACKS. Nothing that clients see changes."
    )

    def result(self, **options: Any) -> str:
        done, lost = rotate_payloads()
        if lost:
            raise CommandError(f"{done} rotated, {lost} not: their secret is gone.")
        return f"{done} rotated"
