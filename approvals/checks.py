"""System check: the sinks that the settings name can be told of change requests."""

from collections.abc import Sequence

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.utils.module_loading import import_string


@register()
def check_sinks(*, app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[CheckMessage]:
    """Report sinks that cannot be imported or called."""
    return [
        Error(
            f"APPROVAL_NOTIFICATION_SINKS names {path!r}, which cannot be called.",
            hint="Name functions by their whole paths, such as approvals.sinks.log.",
            id="approvals.E001",
        )
        for path in settings.APPROVAL_NOTIFICATION_SINKS
        if not _is_callable(path)
    ]


def _is_callable(path: str) -> bool:
    try:
        return callable(import_string(path))
    except ImportError:
        return False
