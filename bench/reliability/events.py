"""Kills workers and databases, and fills the disk, while SDKs send events; then counts them.

`bin/reliability events [--database postgresql|sqlite] [--seconds 25] [--senders 4] [--disk]`
"""

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

from bench.reliability.ground import Ground, add_database, ground
from bench.reliability.senders import Sender, Sent
from bench.reliability.server import Server
from bench.reliability.storm import counted, judge, longest_gap, say, strike_during
from bench.reliability.strikes import Fault, faults_of
from bench.reliability.table import table

_DISK_MEGABYTES = 24
_FULL_SECONDS = 3.0
_SECONDS_BETWEEN_FAULTS = 4.0


def main() -> int:
    """Run what the arguments ask for and return the exit status."""
    arguments = _arguments()
    if not arguments.disk:
        with ground(arguments.database) as given:
            return _run(arguments, given)
    with _small_disk() as folder:
        if folder is None:
            say("SKIPPED: this user may not mount a small disk.")
            return 0
        return _run(arguments, Ground(folder, f"sqlite:///{folder / 'e.sqlite3'}", cluster=None))


def _run(arguments: argparse.Namespace, given: Ground) -> int:
    server = given.server(ACCESS_LOG="false", LOG_LEVEL="CRITICAL")
    token = server.manage(
        "shell",
        "--no-imports",
        "-c",
        "from tenants.models import Project; print(Project.objects.get().api_token)",
    ).strip()
    try:
        server.start()
        sent, faults = _storm(arguments, server, given, token)
        server.wait_until_ready()
    finally:
        server.remove()
    os.environ |= {"DATABASE_URL": given.url, "SECRET_KEY": server.secret}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "experiments_api.settings")
    django.setup()
    from bench.reliability.events_truths import violations  # noqa: PLC0415 (needs the models)

    found = violations(sent)
    wrong = sum(map(len, found.values()))
    found["every answer was one that a client can act on"] = sent.wrong
    status = judge(found)
    say(_table(arguments, sent, faults, wrong))
    return status


def _storm(
    arguments: argparse.Namespace, server: Server, given: Ground, token: str
) -> tuple[Sent, list[str]]:
    sent, stopped = Sent(), threading.Event()
    senders = [
        Sender(number=n, port=server.port, token=token, sent=sent, stopped=stopped)
        for n in range(arguments.senders)
    ]
    pause, kinds = _faults(arguments, server, given)
    faults = strike_during(
        senders,
        stopped=stopped,
        successes=sent.successes,
        pause=pause,
        kinds=kinds,
        seconds=arguments.seconds,
    )
    return sent, faults


def _faults(
    arguments: argparse.Namespace, server: Server, given: Ground
) -> tuple[float, Iterator[Fault]]:
    if not arguments.disk:
        return faults_of(server, given.cluster)
    return _SECONDS_BETWEEN_FAULTS, _fillings(given.folder)


def _fillings(folder: Path) -> Iterator[Fault]:
    while True:
        yield "disk full", lambda: _fill(folder / "filler")


def _fill(file: Path) -> None:
    block = b"x" * 4096
    try:
        with file.open("wb", buffering=0) as filler:
            while filler.write(block):
                pass
    except OSError:
        time.sleep(_FULL_SECONDS)
    finally:
        file.unlink()


@contextmanager
def _small_disk() -> Iterator[Path | None]:
    with tempfile.TemporaryDirectory(prefix="experiments-disk-") as name:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={_DISK_MEGABYTES}m", "tmpfs", name]
        if subprocess.run(mount, check=False, stderr=subprocess.DEVNULL).returncode:
            yield None
            return
        try:
            yield Path(name)
        finally:
            subprocess.run(["umount", "--lazy", name], check=True)


def _table(arguments: argparse.Namespace, sent: Sent, faults: list[str], wrong: int) -> str:
    cells = {
        "run": f"{arguments.database}, {arguments.senders} senders, {arguments.seconds:g} s",
        "faults": counted(faults),
        "acknowledged events": len(sent.acknowledged),
        "sent again": sum(count for name, count in sent.answers.items() if name != "200"),
        "lost or doubled": wrong,
        "longest gap": f"{longest_gap(sent.successes):.1f} s",
    }
    return table(cells)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/reliability events", description=__doc__)
    add_database(parser)
    parser.add_argument("--seconds", type=float, default=25)
    parser.add_argument("--senders", type=int, default=4)
    parser.add_argument(
        "--disk", action="store_true", help="SQLite on a small disk that is filled again and again"
    )
    arguments = parser.parse_args()
    if arguments.disk:
        arguments.database = "sqlite"
    return arguments


if __name__ == "__main__":
    sys.exit(main())
