"""granian, with the application loaded before the workers start.

`python -m experiments_api.serve` takes granian's arguments; the last one names the application.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType

from granian.cli import entrypoint


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


if __name__ == "__main__":
    # The workers are forks of this process: they share the memory of all code with it, and one that
    # replaces another has nothing to load. Where processes cannot fork, each loads by itself.
    application = import_module(sys.argv[-1].partition(":")[0])
    with running_beside(application):
        entrypoint()  # type: ignore[no-untyped-call]
