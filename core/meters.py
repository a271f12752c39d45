"""The meters themselves, in files that all workers of a server share."""

import os
import shutil
from pathlib import Path

from django.conf import settings

_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


def _folder_of_this_server() -> Path:
    """Make a folder that this worker and its siblings use, and delete those of former servers."""
    everybody = Path(settings.METRICS_FOLDER)
    own = everybody / str(os.getppid())
    own.mkdir(mode=0o700, parents=True, exist_ok=True)
    for folder in everybody.iterdir():
        if folder != own and folder.name.isdecimal() and not _runs(int(folder.name)):
            shutil.rmtree(folder, ignore_errors=True)
    return own


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


# The library decides where to count when it is imported.
os.environ.setdefault(_VARIABLE, str(_folder_of_this_server()))

from prometheus_client import (  # noqa: E402
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector  # noqa: E402

REQUESTS = Counter(
    "experiments_requests", "Requests answered, by route.", ["method", "route", "status"]
)
SECONDS = Histogram(
    "experiments_request_seconds",
    "Seconds from a request to its answer, by route.",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20),
)
DATABASE_ERRORS = Counter(
    "experiments_database_errors", "Requests refused because of the database.", ["code"]
)
RETRIES = Counter("experiments_transaction_retries", "Transactions done again after a deadlock.")


def exposition() -> tuple[str, bytes]:
    """Return the content type and the text of what all workers have counted."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    return CONTENT_TYPE_LATEST, generate_latest(registry)
