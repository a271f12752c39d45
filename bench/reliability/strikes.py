"""What is done to workers and databases under load, one after the other."""

import time
from collections.abc import Callable, Iterator
from itertools import cycle

from bench.reliability.cluster import Cluster
from bench.reliability.server import Server

# The watcher of the workers gives up when one dies twice within 5.5 seconds.
_SECONDS_BETWEEN_DEATHS = 6.5
_DOWN_SECONDS = 1.5

Fault = tuple[str, Callable[[], object]]


def faults_of(server: Server, cluster: Cluster | None) -> tuple[float, Iterator[Fault]]:
    """Return the pause before each fault, and the faults, without an end."""
    if cluster is None:
        return _SECONDS_BETWEEN_DEATHS, cycle([("worker killed", lambda: server.kill_worker(0))])
    kinds: list[Fault] = [
        # The oldest each time: the others are not yet old enough to die.
        ("worker killed", lambda: server.kill_worker(0)),
        ("database killed", lambda: _restart(cluster, cluster.kill)),
        ("worker killed", lambda: server.kill_worker(0)),
        ("database frozen", lambda: _freeze(cluster)),
        ("worker killed", lambda: server.kill_worker(0)),
        ("database stopped", lambda: _restart(cluster, cluster.stop)),
    ]
    return _SECONDS_BETWEEN_DEATHS / 4, cycle(kinds)


def _restart(cluster: Cluster, end: Callable[[], object]) -> None:
    end()
    time.sleep(_DOWN_SECONDS)
    cluster.start()


def _freeze(cluster: Cluster) -> None:
    cluster.freeze()
    time.sleep(_DOWN_SECONDS)
    cluster.thaw()
