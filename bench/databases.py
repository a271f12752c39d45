"""Filled databases: made once, copied for every run."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from bench.operations import Filled
from bench.processes import cpu_seconds

ROOT = Path(__file__).parent.parent
KEPT = ROOT / "var" / "bench"


@dataclass
class Database:
    """A database of one kind, that can be had anew."""

    kind: str
    server_url: str = ""

    def copy_of_filled(self, sizes: list[int]) -> Filled:
        """Fill a database with projects of these sizes, unless there is one, and copy it."""
        KEPT.mkdir(parents=True, exist_ok=True)
        name = f"experiments_bench_{_fingerprint(sizes)}"
        told = KEPT / f"{name}-{self.kind}.json"
        if not told.exists():
            filled = self._fill(name, sizes)
            told.write_text(json.dumps(asdict(filled)))
        self._copy(name)
        return Filled(**json.loads(told.read_text()))

    @property
    def url(self) -> str:
        return self._url("experiments_bench")

    def cpu_seconds(self) -> float:
        """Return the time that the sessions of the copy have computed; SQLite has none."""
        if self.kind == "sqlite":
            return 0
        query = "SELECT pid FROM pg_stat_activity WHERE datname = 'experiments_bench'"
        return cpu_seconds(pid for (pid,) in self._administer(query))

    def drop_copy(self) -> None:
        """Leave nothing of a run behind but the filled database."""
        if self.kind == "postgresql":
            self._administer("DROP DATABASE IF EXISTS experiments_bench WITH (FORCE)")
        else:
            for file in KEPT.glob("experiments_bench.sqlite3*"):
                file.unlink()

    @contextmanager
    def empty(self, name: str) -> Iterator[str]:
        """Give the URL of an empty database that is there for a while."""
        self._drop(name)
        if self.kind == "postgresql":
            self._administer(f"CREATE DATABASE {sql.Identifier(name).as_string()}")
        yield self._url(name)
        self._drop(name)

    def _drop(self, name: str) -> None:
        KEPT.mkdir(parents=True, exist_ok=True)
        if self.kind == "postgresql":
            name_in_sql = sql.Identifier(name).as_string()
            self._administer(f"DROP DATABASE IF EXISTS {name_in_sql} WITH (FORCE)")
        else:
            for file in KEPT.glob(f"{name}*.sqlite3*"):
                file.unlink()

    def _url(self, name: str) -> str:
        if self.kind == "sqlite":
            return f"sqlite:///{KEPT}/{name}.sqlite3"
        return f"{self.server_url}/{name}"

    def _fill(self, name: str, sizes: list[int]) -> Filled:
        sys.stderr.write(f"Filling a {self.kind} database with {sizes} experiments …\n")
        if self.kind == "postgresql":
            name_in_sql = sql.Identifier(name).as_string()
            self._administer(f"DROP DATABASE IF EXISTS {name_in_sql} WITH (FORCE)")
            self._administer(f"CREATE DATABASE {name_in_sql}")
        else:
            (KEPT / f"{name}.sqlite3").unlink(missing_ok=True)
        told = in_django("bench.fill", *map(str, sizes), database_url=self._url(name))
        return Filled(**told, sizes=sizes)

    def _copy(self, name: str) -> None:
        self.drop_copy()
        if self.kind == "postgresql":
            name_in_sql = sql.Identifier(name).as_string()
            self._administer(f"CREATE DATABASE experiments_bench TEMPLATE {name_in_sql}")
        else:
            shutil.copy(KEPT / f"{name}.sqlite3", KEPT / "experiments_bench.sqlite3")

    def _administer(self, statement: str) -> list[tuple[int]]:
        with psycopg.connect(f"{self.server_url}/postgres", autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []


def in_django(module: str, *arguments: str, database_url: str) -> dict:
    """Run `main` of a module in a process with Django and return what it returns."""
    command = [sys.executable, "-m", "bench.django_process", module, *arguments]
    process = subprocess.run(  # noqa: S603 (nobody sends this command)
        command,
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": database_url},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return json.loads(process.stdout)


def _fingerprint(sizes: list[int]) -> str:
    # What decides about the content of a filled database.
    files = [ROOT / "bench" / name for name in ("fill.py", "documents.py")]
    files += sorted(ROOT.glob("*/migrations/*.py"))
    digest = hashlib.sha256(json.dumps(sizes).encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def database(kind: str) -> Database:
    """Return the database of this kind; POSTGRES_URL says where PostgreSQL is."""
    address = urlsplit(os.environ.get("POSTGRES_URL", "postgres://root@127.0.0.1:5432/"))
    return Database(kind, f"{address.scheme}://{address.netloc}")
