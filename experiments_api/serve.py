"""Starts granian with the application loaded before it forks its workers.

`python -m experiments_api.serve` takes granian's arguments; the last one names the application.
"""

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType

from django.core.exceptions import ImproperlyConfigured
from granian.cli import entrypoint

from experiments_api import env


@contextmanager
def running_beside(module: ModuleType) -> Iterator[None]:
    """Run what the module starts beside the server, and end it with the server."""
    start = getattr(module, "start_beside", None)
    process = start() if start else None
    try:
        yield
    finally:
        if process:
            process.terminate()
            process.wait()


def claimed_port() -> socket.socket | None:
    """Return a claim on the port that the arguments name, which ends with this process.

    Loading the code takes its time, and granian shares a port with others of its kind: two servers
    that are started at once would both answer. Linux keeps such a claim in a name without a file.
    """
    arguments = dict(zip(sys.argv, sys.argv[1:], strict=False))
    host, port = arguments.get("--host", "127.0.0.1"), arguments.get("--port", "8000")
    refusal = f"Cannot listen on {host}, port {port}: %s. Choose another: PORT=8001 bin/serve"
    claim = None
    try:
        if sys.platform == "linux":
            claim = socket.socket(socket.AF_UNIX)
            claim.bind(f"\0experiments {host} port {port}")
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, int(port)))
            probe.listen()
    except (OSError, OverflowError, ValueError) as error:
        sys.exit(refusal % (getattr(error, "strerror", None) or error))
    return claim


def memory_limit() -> list[str]:
    """Return the arguments by which granian replaces a worker that has grown too large.

    Python keeps what one large answer took, so that only a new process gives it back.

    :raises ImproperlyConfigured: when the limit is no number, or less than none.
    """
    megabytes = env.number("WORKER_MAX_MEMORY_MB", 1024)
    return ["--workers-max-rss", str(megabytes)] if megabytes else []


if __name__ == "__main__":
    # The workers are forks of this process: they share the memory of all code with it, and one that
    # replaces another has nothing to load. Where processes cannot fork, each loads by itself.
    try:
        application = import_module(sys.argv[-1].partition(":")[0])
        sys.argv[1:1] = memory_limit()
    except ImproperlyConfigured as error:
        sys.exit(f"A setting is wrong: {error}")
    claim = claimed_port()
    with running_beside(application):
        entrypoint()  # type: ignore[no-untyped-call]
