"""Reads by wrk, which asks faster than clients in Python can."""

import threading
from itertools import cycle
from subprocess import CalledProcessError

from bench.reliability.server import Server
from bench.wrk import counted

# Cheap ones, most of them cached; the clients ask for the others. @ID@ is the next of the ids.
_PATHS = ("experiments/@ID@/", "experiments/?limit=10", "experiment_holdouts/")
_CONNECTIONS = 4
# After so many seconds the answers are counted and the next path is asked for.
_ROUND = 3


class Readers:
    """A crowd that asks for one path after another and counts the answers."""

    def __init__(self, server: Server) -> None:
        self._server = server
        # Experiments that exist, without a gap.
        self.ids: list[int] = []
        self.answered = self.failed = 0

    def call(self, ended: threading.Event) -> None:
        """Read until then."""
        for path in cycle(_PATHS):
            if ended.is_set():
                return
            try:
                found = counted(self._command(path), _ROUND)
            except CalledProcessError:
                # Nobody listens.
                found = {"requests": 0, "failed": 1}
            self.answered += int(found["requests"])
            self.failed += int(found["failed"])

    def _command(self, path: str) -> list[str]:
        return [
            *("-t1", f"-c{_CONNECTIONS}", "-H", f"Authorization: Bearer {self._server.key}"),
            *(f"http://127.0.0.1:{self._server.port}", "GET", f"/api/projects/1/{path}"),
            *(str(self.ids[0]), str(len(self.ids)), "", ""),
        ]
