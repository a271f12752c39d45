"""Several people at the same time, each with a connection of their own."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Event
from time import monotonic

from django.db import connection, transaction

PATIENCE = 20
# Connections of this database that wait for a lock somebody else holds.
_WAITING = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0
"""


def at_once(*calls: Callable[[], object]) -> list[object]:
    """Make the calls at the same moment and return their results in order."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        barrier.wait(timeout=PATIENCE)
        return _alone(call)

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls, timeout=PATIENCE))


@contextmanager
def holding(lock: Callable[[], object], *calls: Callable[[], object]) -> Iterator[list[Future]]:
    """Hold a lock until each call waits for it, do the body, commit, and let them go on."""
    with ThreadPoolExecutor(len(calls)) as pool:
        with transaction.atomic():
            lock()
            futures = [pool.submit(_alone, call) for call in calls]
            wait_until_waiting(len(calls), futures)
            yield futures
        for future in futures:
            future.result(timeout=PATIENCE)


@contextmanager
def held_elsewhere(
    lock: Callable[[], object], *, until: Callable[[], object] | None = None
) -> Iterator[None]:
    """Hold a lock on another connection during the body, or until that call there returns."""
    locked, done = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            lock()
            locked.set()
            until() if until else done.wait(PATIENCE)

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(_alone, hold)
        assert locked.wait(PATIENCE), future.exception()
        try:
            yield
        finally:
            done.set()
        future.result(timeout=PATIENCE)


def wait_until_waiting(count: int, futures: Iterable[Future] = ()) -> None:
    """Return when that many connections wait for locks of others."""
    deadline = monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while True:
            # PostgreSQL shows a transaction the same activity again and again unless it is told.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(_WAITING)
            if cursor.fetchone()[0] >= count:
                return
            done = [future.result() for future in futures if future.done()]
            assert not done, f"went through without waiting: {done}"
            assert monotonic() < deadline, "nobody came to wait for the lock"


def _alone(call: Callable[[], object]) -> object:
    try:
        return call()
    finally:
        connection.close()
