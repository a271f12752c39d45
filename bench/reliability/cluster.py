"""A PostgreSQL cluster of its own, to be killed and started again."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from bench.ports import free_port

_SETTINGS = "-c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=50"


class NoPostgres(Exception):
    """Raised where PostgreSQL's programs are not installed."""


def programs() -> Path:
    """Return the folder of initdb, pg_ctl and postgres.

    :raises NoPostgres: when there is none.
    """
    found = shutil.which("initdb")
    # Debian keeps them out of the path, a folder for each version.
    folders = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    complete = [folder for folder in folders if (folder / "pg_ctl").exists()]
    if not complete:
        raise NoPostgres("PostgreSQL's initdb and pg_ctl are not installed here.")
    return complete[-1]


def processes_below(pid: int) -> list[int]:
    """Return the ids of the processes that this one has started."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except FileNotFoundError:
        return []
    return [int(child) for child in text.split()]


class Cluster:
    """PostgreSQL in a temporary folder, owned by someone who is not root, as it insists on."""

    def __init__(self) -> None:
        self._programs = programs()
        self._folder = Path(tempfile.mkdtemp(prefix="experiments-cluster-"))
        self._port = free_port()
        self._as: dict[str, object] = {}
        if os.geteuid() == 0:
            owner = _someone()
            self._as = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
            os.chown(self._folder, owner.pw_uid, owner.pw_gid)
        self._run("initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-sync")

    @property
    def url(self) -> str:
        """Return what DATABASE_URL says of its one database."""
        return f"postgres://postgres@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        """Start it and wait until it answers."""
        log = self._folder / "log"
        options = f"-p {self._port} {_SETTINGS}"
        try:
            self._run("pg_ctl", "start", "-w", "-l", log, "-o", options)
        except subprocess.CalledProcessError:
            raise RuntimeError(f"It does not start. Its log:\n{log.read_text()[-2000:]}") from None

    def stop(self, mode: str = "fast") -> None:
        """Stop it in order: fast ends connections, immediate does not even write what is open."""
        self._run("pg_ctl", "stop", "-w", "-m", mode)

    def kill(self) -> None:
        """Take it away at once, and return when every process of it is gone."""
        # Frozen first, so that it cannot start another process meanwhile.
        self.freeze()
        killed = self._processes()
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        while any(map(_runs, killed)):
            time.sleep(0.02)
        # It holds the id of a process, which counts as running until somebody notes its end.
        (self._folder / "data" / "postmaster.pid").unlink()

    def freeze(self) -> None:
        """Stop every process of it where it is."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let frozen processes go on."""
        self._signal(signal.SIGCONT)

    def close(self) -> None:
        """End it, if it runs, and delete what it has stored."""
        with suppress(FileNotFoundError, ProcessLookupError):
            self.kill()
        shutil.rmtree(self._folder)

    def _signal(self, number: int) -> None:
        for pid in self._processes():
            # One that ended meanwhile needs none.
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def _processes(self) -> list[int]:
        postmaster = int((self._folder / "data" / "postmaster.pid").read_text().split()[0])
        return [postmaster, *processes_below(postmaster)]

    def _run(self, program: str, *arguments: object) -> None:
        # Into a file, not a pipe: the cluster would keep it open.
        with (self._folder / "output").open("ab") as output:
            subprocess.run(
                [self._programs / program, *map(str, arguments), "-D", self._folder / "data"],
                check=True,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                **self._as,
            )


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    # In a container without an init nobody may have taken note of its end.
    return state != "Z"


def _someone() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")
