"""Work that goes on in a thread of its own, after the request that asked for it is answered."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from django.db import connections

_logger = logging.getLogger(__name__)


def in_background(work: Callable[[], object]) -> None:
    """Do the work in the one thread that this process has for it, after what it does already."""

    def worked() -> None:
        try:
            work()
        except Exception:
            _logger.exception("Work in the background failed.")
        finally:
            connections.close_all()

    _executor().submit(worked)


def wait_for_background() -> None:
    """Wait until all work that was begun is done."""
    _executor().submit(lambda: None).result()


@cache
def _executor() -> ThreadPoolExecutor:
    # One thread: computing more at once would only make each of them slower.
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="background")
