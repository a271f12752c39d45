"""What is counted for Prometheus; nothing while no token is set."""

import functools
import importlib
from types import ModuleType

from django.conf import settings


def count_request(*, method: str, route: str, status: int, seconds: float) -> None:
    """Count a request that was answered."""
    if settings.METRICS_TOKEN:
        _meters().REQUESTS.labels(method, route, status).inc()
        _meters().SECONDS.labels(method, route).observe(seconds)


def count_database_error(*, code: str) -> None:
    """Count a request that the database did not let us answer otherwise."""
    if settings.METRICS_TOKEN:
        _meters().DATABASE_ERRORS.labels(code).inc()


def count_retry() -> None:
    """Count a transaction that is done again."""
    if settings.METRICS_TOKEN:
        _meters().RETRIES.inc()


def exposition() -> tuple[str, bytes]:
    """Return the content type and the text of what all workers have counted."""
    content_type, text = _meters().exposition()
    return content_type, text


@functools.cache
def _meters() -> ModuleType:
    # Imported when it is needed: it makes files.
    return importlib.import_module("core.meters")
