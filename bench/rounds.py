"""Measuring in turn, so that what disturbs one disturbs all."""

import statistics
import sys
from collections.abc import Iterable
from dataclasses import dataclass, fields

from bench.databases import Database
from bench.operations import LIST, RETRIEVE, Filled, Operation
from bench.servers import COLD_CACHE, SERVER, WARM_AUTH, Server
from bench.wrk import Sample, load

_DISTURBED = 0.10
# (program, operation) → the samples of all rounds.
Samples = dict[tuple[str, str], list[Sample]]


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    rounds: int
    seconds: int
    connections: int = 8
    # How often a sample is taken again because something else was running.
    retakes: int = 0


def measure(
    servers: list[Server],
    operations: Iterable[Operation],
    filled: Filled,
    database: Database,
    plan: Plan,
) -> Samples:
    """Let every program answer every operation in every round; the order rotates."""
    samples: Samples = {}
    for operation in operations:
        able = [server for server in servers if _is_able(server, operation)]
        for number in range(plan.rounds):
            turn = number % len(able)
            for server in able[turn:] + able[:turn]:
                sample = _undisturbed(server, operation, filled, database, plan)
                samples.setdefault((server.name, operation.name), []).append(sample)
        sys.stderr.write(f"  {operation.title}: {plan.rounds} rounds\n")
    return samples


def _is_able(server: Server, operation: Operation) -> bool:
    if server.name == WARM_AUTH:
        return operation in (LIST, RETRIEVE)
    return server.name in (SERVER, COLD_CACHE) or not operation.beside


def median(samples: list[Sample]) -> Sample:
    """Return the median of each number."""
    return Sample(
        **{
            each.name: statistics.median(getattr(sample, each.name) for sample in samples)
            for each in fields(Sample)
        }
    )


def _undisturbed(
    server: Server, operation: Operation, filled: Filled, database: Database, plan: Plan
) -> Sample:
    etag = ""
    if operation.beside:
        _, etag = server.request("GET", operation.path_in(filled))
    best: Sample | None = None
    for _ in range(plan.retakes + 1):
        sample = load(
            server,
            operation,
            filled,
            database,
            seconds=plan.seconds,
            connections=plan.connections,
            etag=etag,
        )
        if best is None or sample.disturbance < best.disturbance:
            best = sample
        if best.disturbance <= _DISTURBED:
            break
    return best
