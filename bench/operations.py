"""What is measured: requests, and what they are called."""

import json
from dataclasses import dataclass

from bench.documents import creation

# The projects of a filled database, in this order.
MAIN, SMALL, LARGE = 0, 1, 2
# So many different experiments are read and changed in turn.
WORKING_SET = 100


@dataclass(frozen=True)
class Filled:
    """What is in a filled database."""

    key: str
    projects: list[int]
    sizes: list[int]
    first_ids: list[int]


@dataclass(frozen=True)
class Operation:
    """A request; `{project}` in the path is an id, `@ID@` and `@MARK@` are filled in by wrk."""

    name: str
    title: str
    path: str
    project: int = MAIN
    method: str = "GET"
    body: str = ""
    # Whose answer is compared with it when it has no counterpart in the other programs.
    beside: str = ""
    # How many requests follow one PATCH of an experiment in the same project; 0 for no PATCH.
    reads_per_write: int = 0

    @property
    def is_read(self) -> bool:
        return self.method == "GET"

    def path_in(self, filled: Filled) -> str:
        """Return the path in this database."""
        deepest = max(filled.sizes[self.project] - 100, 0)
        return self.path.format(project=filled.projects[self.project], deepest=deepest)


_COLLECTION = "/api/projects/{project}/experiments/"
LIST = Operation("list", "list of 100", _COLLECTION + "?limit=100")
KNOWN = Operation("known", "list of 100, If-None-Match", LIST.path, beside="list")
RETRIEVE = Operation("retrieve", "retrieve", _COLLECTION + "@ID@/")
CREATE = Operation(
    "create",
    "create",
    _COLLECTION,
    method="POST",
    body=json.dumps(creation(), separators=(",", ":")),
)
PATCH = Operation(
    "patch",
    "PATCH one field",
    _COLLECTION + "@ID@/",
    method="PATCH",
    body='{"description":"@MARK@"}',
)
DEEP = Operation("deep", "list, last page", _COLLECTION + "?limit=100&offset={deepest}")
SMALL_LIST = Operation("small", "list of 100, small project", LIST.path, project=SMALL)
LARGE_LIST = Operation("large", "list of 100, large project", LIST.path, project=LARGE)

# No response cache knows an address that was never asked before.
COLD = Operation("cold", "list of 100, not cached", LIST.path + "&mark=@MARK@")
MIXED = Operation("mixed", "list of 100, one PATCH for ten", LIST.path, reads_per_write=10)

READS = [LIST, COLD, KNOWN, RETRIEVE, DEEP, SMALL_LIST, LARGE_LIST]
WRITES = [PATCH, CREATE, MIXED]
