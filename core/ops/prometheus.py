"""Metrics for Prometheus, in files that all workers of a server share.

Nothing is counted, and nothing is imported, while METRICS_TOKEN is not set.
"""

import functools
import logging
import os
import shutil
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings

if TYPE_CHECKING:
    from prometheus_client import Counter, Histogram

_logger = logging.getLogger(__name__)

_FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20)


class _Meters(NamedTuple):
    requests: "Counter"
    seconds: "Histogram"
    database_errors: "Counter"
    retries: "Counter"


def count_request(*, method: str, route: str, status: int, seconds: float) -> None:
    """Count a request that was answered."""
    if meters := _counting():
        meters.requests.labels(method, route, status).inc()
        meters.seconds.labels(method, route).observe(seconds)


def count_database_error(*, code: str) -> None:
    """Count a request that was refused because of the database."""
    if meters := _counting():
        meters.database_errors.labels(code).inc()


def count_retry() -> None:
    """Count a transaction that is retried."""
    if meters := _counting():
        meters.retries.inc()


def collect() -> tuple[str, bytes] | None:
    """Return the content type and the text of what all workers counted; None if they cannot."""
    if _counting() is None:
        return None
    client = import_module("prometheus_client")
    registry = client.CollectorRegistry()
    import_module("prometheus_client.multiprocess").MultiProcessCollector(registry)
    return client.CONTENT_TYPE_LATEST, client.generate_latest(registry)


def _counting() -> _Meters | None:
    return _meters() if settings.METRICS_TOKEN else None


@functools.cache
def _meters() -> _Meters | None:
    try:
        return _made_meters()
    except OSError as error:
        # What was asked is answered all the same.
        _logger.error("Nothing is counted: METRICS_FOLDER cannot be written (%s).", error.strerror)
        return None


def _made_meters() -> _Meters:
    # The library decides where to count when it is imported, and makes files.
    os.environ.setdefault(_FOLDER_VARIABLE, str(_make_folder()))
    client = import_module("prometheus_client")
    return _Meters(
        requests=client.Counter(
            "experiments_requests", "Requests answered, by route.", ["method", "route", "status"]
        ),
        seconds=client.Histogram(
            "experiments_request_seconds",
            "Seconds from a request to its answer, by route.",
            ["method", "route"],
            buckets=_BUCKETS,
        ),
        database_errors=client.Counter(
            "experiments_database_errors", "Requests refused because of the database.", ["code"]
        ),
        retries=client.Counter(
            "experiments_transaction_retries", "Transactions retried after a deadlock."
        ),
    )


def _make_folder() -> Path:
    """Make a folder for this worker and its siblings, and delete those of former servers."""
    parent = Path(settings.METRICS_FOLDER)
    own = parent / str(os.getppid())
    own.mkdir(mode=0o700, parents=True, exist_ok=True)
    for folder in parent.iterdir():
        if folder != own and folder.name.isdecimal() and not _is_running(int(folder.name)):
            shutil.rmtree(folder, ignore_errors=True)
    return own


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
