"""PgBouncer in front of a cluster, as docs/operations.md says."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from bench.ports import free_port

_PATIENCE = 10.0
# Fewer connections than workers, so that each is handed on all the time.
_CONFIGURATION = """
[databases]
postgres = host=127.0.0.1 port={behind} user=postgres

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 2
ignore_startup_parameters = options
server_login_retry = 1
"""


def program() -> str | None:
    """Return where PgBouncer is installed, if it is."""
    return shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")


class Pooler:
    """Hands connections on after each transaction, and knows of no prepared statements."""

    def __init__(self, url: str) -> None:
        self._port = free_port()
        self._folder = Path(tempfile.mkdtemp(prefix="experiments-pooler-"))
        configuration = self._folder / "pgbouncer.ini"
        behind = urlsplit(url).port
        configuration.write_text(_CONFIGURATION.format(behind=behind, port=self._port))
        # It insists on not being root.
        owner = {"user": pwd.getpwnam("nobody").pw_uid} if os.geteuid() == 0 else {}
        self._folder.chmod(0o755)
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 (nobody sends this command)
                [program(), configuration], stderr=log, **owner
            )

    @property
    def url(self) -> str:
        """Return what DATABASE_URL says of it."""
        return f"postgres://postgres@127.0.0.1:{self._port}/postgres"

    def wait_until_ready(self) -> None:
        """Wait until it passes something on."""
        start = time.monotonic()
        while time.monotonic() - start < _PATIENCE:
            with suppress(psycopg.OperationalError):
                psycopg.connect(self.url).close()
                return
            time.sleep(0.05)
        raise TimeoutError(f"PgBouncer is not ready:\n{(self._folder / 'log').read_text()}")

    def close(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(_PATIENCE)
        shutil.rmtree(self._folder)
