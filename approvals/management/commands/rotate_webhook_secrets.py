"""`rotate_webhook_secrets`: encrypt them with the secret of today, print how many there were."""

from typing import Any

from django.core.management.base import CommandError

from approvals.services import rotate_webhook_secrets
from core.ops.commands import ResultCommand


class Command(ResultCommand):
    help = (
        "Encrypt the signing secrets of all webhooks with SECRET_KEY, so that former secrets can "
        "leave SECRET_KEY_FALLBACKS. Receivers notice nothing."
    )

    def result(self, **options: Any) -> str:
        done, lost = rotate_webhook_secrets()
        if lost:
            raise CommandError(
                f"{done} rotated, {lost} not: their secret is gone. Set those webhooks again."
            )
        return f"{done} rotated"
