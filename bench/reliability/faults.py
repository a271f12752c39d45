"""Kills workers and databases under load and compares what is left with what clients were told.

`bin/reliability faults [--database postgresql|sqlite] [--seconds 25] [--writers 6]`
"""

import argparse
import os
import sys
import threading

import django

from bench.reliability.cluster import Cluster
from bench.reliability.farewell import farewell
from bench.reliability.ground import Ground, add_database, ground
from bench.reliability.server import Server
from bench.reliability.storm import counted, judge, longest_gap, say, strike_during
from bench.reliability.strikes import faults_of
from bench.reliability.table import table
from bench.reliability.writers import Ledger, Writer


def main() -> int:
    """Run what the arguments ask for and return the exit status."""
    arguments = _arguments()
    with ground(arguments.database) as given:
        return _run(arguments, given)


def _run(arguments: argparse.Namespace, given: Ground) -> int:
    server = given.server(
        METRICS_TOKEN="faults",  # noqa: S106
        METRICS_FOLDER=str(given.folder / "metrics"),
    )
    try:
        server.start()
        ledger, faults = _storm(arguments, server, given.cluster)
        recovered = server.wait_until_ready()
        is_same = server.is_running()
        metrics = server.status_of("/_metrics", Authorization="Bearer faults")
        goodbye = farewell(server, database_url=given.url)
    finally:
        server.remove()
    os.environ |= {"DATABASE_URL": given.url, "SECRET_KEY": server.secret}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "experiments_api.settings")
    django.setup()
    from bench.reliability.truths import violations  # noqa: PLC0415 (needs the models)

    found = violations(ledger)
    wrong = sum(map(len, found.values()))
    found["every answer was one that a client can act on"] = ledger.wrong
    found["the server is the one that was started"] = [] if is_same else ["it had to be restarted"]
    found["metrics can be read after all that"] = [] if metrics == 200 else [str(metrics)]
    found |= goodbye
    _report(arguments, ledger, faults, recovered)
    status = judge(found)
    say(_table(arguments, ledger, faults, wrong))
    return status


def _storm(
    arguments: argparse.Namespace, server: Server, cluster: Cluster | None
) -> tuple[Ledger, list[str]]:
    ledger, stopped = Ledger(), threading.Event()
    writers = [
        Writer(number=n, port=server.port, key=server.key, ledger=ledger, stopped=stopped)
        for n in range(arguments.writers)
    ]
    pause, kinds = faults_of(server, cluster)
    faults = strike_during(
        writers,
        stopped=stopped,
        successes=ledger.successes,
        pause=pause,
        kinds=kinds,
        seconds=arguments.seconds,
    )
    return ledger, faults


def _report(
    arguments: argparse.Namespace, ledger: Ledger, faults: list[str], recovered: float
) -> None:
    say(f"Database: {arguments.database}. Writers: {arguments.writers}.")
    for fault in sorted(set(faults)):
        say(f"  {fault}: {faults.count(fault)} times")
    changes = len(ledger.successes)
    say(f"Experiments made: {len(ledger.experiments)}. Changes answered: {changes}.")
    say(f"Other outcomes, each asked again: {_asked_again(ledger)}")
    say(f"Longest time without an answered change: {longest_gap(ledger.successes):.1f} s.")
    say(f"Ready {recovered:.1f} s after the last fault.")


def _table(arguments: argparse.Namespace, ledger: Ledger, faults: list[str], wrong: int) -> str:
    run = f"{arguments.database}, {arguments.writers} writers, {arguments.seconds:g} s"
    cells = {
        "run": run,
        "faults": counted(faults),
        "answered changes": len(ledger.successes),
        "asked again": sum(_asked_again(ledger).values()),
        "lost or doubled": wrong,
        "longest gap": f"{longest_gap(ledger.successes):.1f} s",
    }
    return table(cells)


def _asked_again(ledger: Ledger) -> dict[str, int]:
    return {name: n for name, n in sorted(ledger.answers.items()) if name not in ("200", "201")}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/reliability faults", description=__doc__)
    add_database(parser)
    parser.add_argument("--seconds", type=float, default=25)
    parser.add_argument("--writers", type=int, default=6)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
