"""granian, with the application loaded before the workers start.

`python -m experiments_api.serve` takes granian's arguments; the last one names the application.
"""

import sys
from importlib import import_module

from granian.cli import entrypoint

if __name__ == "__main__":
    # The workers are forks of this process: they share the memory of all code with it, and one that
    # replaces another has nothing to load. Where processes cannot fork, each loads by itself.
    import_module(sys.argv[-1].partition(":")[0])
    entrypoint()  # type: ignore[no-untyped-call]
