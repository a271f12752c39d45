"""What a program tries the server on: a folder and a database of its own, gone afterwards."""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.reliability.cluster import Cluster, NoPostgres
from bench.reliability.server import Server


@dataclass(frozen=True)
class Ground:
    """A folder, and a database with nobody else on it."""

    folder: Path
    url: str
    # None on SQLite.
    cluster: Cluster | None

    def server(self, **variables: str) -> Server:
        """Return a server on it, with as many workers as the database has use for."""
        log = self.folder / "server.log"
        workers = 2 if self.cluster else 1
        return Server(database_url=self.url, workers=workers, log=log, **variables)


def add_database(parser: argparse.ArgumentParser) -> None:
    """Let the caller say which database."""
    parser.add_argument("--database", choices=["postgresql", "sqlite"], default="postgresql")


@contextmanager
def ground(database: str) -> Iterator[Ground]:
    """Give a ground on that kind of database.

    The program ends, as one that did well, where PostgreSQL is not installed.
    """
    with tempfile.TemporaryDirectory(prefix="experiments-ground-") as name:
        folder = Path(name)
        if database == "sqlite":
            yield Ground(folder, f"sqlite:///{folder / 'experiments.sqlite3'}", cluster=None)
            return
        with closing(_cluster()) as cluster:
            cluster.start()
            yield Ground(folder, cluster.url, cluster)


def _cluster() -> Cluster:
    try:
        return Cluster()
    except NoPostgres as reason:
        sys.stdout.write(f"SKIPPED: {reason}\n")
        sys.exit(0)
