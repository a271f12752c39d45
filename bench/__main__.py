"""The command `bin/bench`."""

import argparse
import json
import os
import pickle
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace

from bench import equality, plot, report
from bench.databases import KEPT, ROOT, Database, database, in_django
from bench.flags import measure as flags
from bench.flags import report as flag_report
from bench.operations import READS, WRITES, Filled, Operation
from bench.report import Result
from bench.results import report as result_report
from bench.rounds import Plan, measure
from bench.servers import FLOOR, SERVER, WARM_AUTH, Server
from bench.wrk import require_wrk

_SMOKE = {
    "sizes": [300, 100, 400],
    "rounds": 1,
    "seconds": 1,
    "retakes": 0,
    "operations": ["list", "create"],
    "events": [5_000],
}
KINDS = ["postgresql", "sqlite"]
PARTS = ["experiments", "flags", "results"]
# At most so many queries for each request; less is welcome, more is a mistake.
QUERIES = {
    "list": 8,
    "cold": 8,
    "mixed": 8,
    "known": 8,
    "retrieve": 6,
    "deep": 8,
    "small": 8,
    "large": 8,
    "patch": 9,
    "create": 9,
}


def main() -> None:
    """Measure what the arguments ask for and tell it."""
    wanted = _arguments()
    require_wrk()
    os.environ.setdefault("SECRET_KEY", "the-bench-signs-nothing")
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    for kind in wanted.databases:
        if "experiments" in wanted.parts:
            _keep(_result(kind, wanted), is_for_later=not wanted.smoke)
        if "flags" in wanted.parts:
            _keep_flags(kind, wanted)
        if "results" in wanted.parts:
            _keep_results(kind, wanted)
    if wanted.write:
        _write()


def _keep(result: Result, *, is_for_later: bool) -> None:
    sys.stdout.write(report.tables([result]) + "\n")
    if is_for_later:
        place = KEPT / f"result-{result.kind}.pickle"
        place.write_bytes(pickle.dumps(result))


def _keep_flags(kind: str, wanted: argparse.Namespace) -> None:
    sys.stderr.write(f"{kind}, flags:\n")
    result = flags.measured(
        kind, database(kind), rounds=wanted.rounds, seconds=wanted.seconds, port=wanted.port + 5
    )
    sys.stdout.write(flag_report.tables([result]) + "\n")
    if not wanted.smoke:
        (KEPT / f"flags-{kind}.pickle").write_bytes(pickle.dumps(result))


def _keep_results(kind: str, wanted: argparse.Namespace) -> None:
    sys.stderr.write(f"{kind}, results:\n")
    with database(kind).empty("experiments_bench_results") as url:
        sizes = map(str, wanted.events)
        found = in_django("bench.results.measure", *sizes, database_url=url)
    sys.stdout.write(result_report.tables({kind: found}) + "\n")
    if not wanted.smoke:
        (KEPT / f"results-{kind}.json").write_text(json.dumps(found))


def _write_results() -> None:
    places = {kind: KEPT / f"results-{kind}.json" for kind in KINDS}
    known = {kind: json.loads(at.read_text()) for kind, at in places.items() if at.exists()}
    if known:
        result_report.write_into(ROOT / "docs" / "performance.md", known)
        result_report.draw(ROOT / "docs" / "performance-results.svg", known)


def _write() -> None:
    _write_results()
    places = [KEPT / f"flags-{kind}.pickle" for kind in KINDS]
    served = [pickle.loads(place.read_bytes()) for place in places if place.exists()]  # noqa: S301
    if served:
        flag_report.write_into(ROOT / "docs" / "scaling.md", served)
    # Also what an earlier run measured, on the other database.
    places = [KEPT / f"result-{kind}.pickle" for kind in KINDS]
    results = [pickle.loads(place.read_bytes()) for place in places if place.exists()]  # noqa: S301
    if not results:
        return
    report.write_into(ROOT / "docs" / "performance.md", results)
    if not plot.draw(ROOT / "docs" / "performance.svg", results):
        sys.stderr.write("No picture: matplotlib is missing (pip install matplotlib).\n")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench", description="Measure the server.")
    names = [operation.name for operation in [*READS, *WRITES]]
    parser.add_argument("--smoke", action="store_true", help="check answers and queries, quickly")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    parser.add_argument("--sizes", type=int, nargs=3, default=[10_000, 1_000, 100_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2, help="per sample")
    parser.add_argument("--retakes", type=int, default=2, help="of a sample that was disturbed")
    parser.add_argument("--databases", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--operations", nargs="+", choices=names, default=names)
    programs = [*report.PROGRAMS, WARM_AUTH]
    parser.add_argument("--programs", nargs="+", choices=programs, default=programs)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument(
        "--events", type=int, nargs="+", default=[100_000, 300_000, 1_000_000, 2_000_000]
    )
    parser.add_argument("--port", type=int, default=8130, help="the first of seven")
    wanted = parser.parse_args()
    if wanted.smoke:
        vars(wanted).update(_SMOKE)
    return wanted


def _result(kind: str, wanted: argparse.Namespace) -> Result:
    source = database(kind)
    filled = source.copy_of_filled(wanted.sizes)
    result = Result(kind, wanted.sizes)
    with _running(source, filled, wanted) as servers:
        equality.check_equal(servers, _comparable(), filled)
        result.start = {each.name: each.seconds_to_first_answer for each in servers}
        result.idle = {each.name: each.megabytes_idle for each in servers}
        _measure(result, servers, (source, filled), wanted)
        result.loaded = {each.name: each.megabytes() for each in servers}
    # Counted last, because counting writes.
    text = json.dumps(asdict(filled))
    result.queries = in_django("bench.queries", text, database_url=source.url)
    source.drop_copy()
    if wanted.smoke:
        _check_queries(result)
    return result


def _comparable() -> list[Operation]:
    return [operation for operation in [*READS, *WRITES] if not operation.beside]


def _measure(
    result: Result,
    servers: list[Server],
    place: tuple[Database, Filled],
    wanted: argparse.Namespace,
) -> None:
    source, filled = place
    sys.stderr.write(f"{result.kind}:\n")
    plan = Plan(wanted.rounds, wanted.seconds, retakes=wanted.retakes)
    for operations in (READS, WRITES):
        chosen = [operation for operation in operations if operation.name in wanted.operations]
        result.samples |= measure(servers, chosen, filled, source, plan)
        fast = [server for server in servers if server.name in (SERVER, FLOOR)]
        alone = replace(plan, connections=1)
        result.alone |= measure(fast, chosen, filled, source, alone)


@contextmanager
def _running(
    source: Database, filled: Filled, wanted: argparse.Namespace
) -> Iterator[list[Server]]:
    path = f"/api/projects/{filled.projects[0]}/experiments/{filled.first_ids[0]}/"
    servers = [
        Server(name, wanted.port + number, source.url, filled.key)
        for number, name in enumerate(wanted.programs)
    ]
    started: list[Server] = []
    try:
        for server in servers:
            started.append(server)
            server.start(path)
        yield servers
    finally:
        for server in started:
            server.stop()


def _check_queries(result: Result) -> None:
    for name, count in result.queries.items():
        if count > QUERIES[name]:
            sys.exit(f"{result.kind}: {name} takes {count} queries, not {QUERIES[name]}.")


if __name__ == "__main__":
    main()
