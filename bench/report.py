"""The tables of a run, for people."""

from dataclasses import dataclass, field
from pathlib import Path

from bench.operations import (
    COLD,
    CREATE,
    DEEP,
    KNOWN,
    LARGE_LIST,
    LIST,
    MIXED,
    PATCH,
    READS,
    RETRIEVE,
    SMALL_LIST,
    WRITES,
    Operation,
)
from bench.pages import write_between
from bench.rounds import Samples, median
from bench.servers import COLD_CACHE, FLOOR, ORDINARY, SERVER, WARM_AUTH
from bench.wrk import Sample

# At least so many times the floor.
GOALS = {LIST: 2.6, COLD: 0.5, MIXED: 1.0, KNOWN: 10, RETRIEVE: 0.60, CREATE: 0.40, PATCH: 0.40}
# At most so many times the other.
LIMITS = {(DEEP, LIST): 1.5, (LARGE_LIST, SMALL_LIST): 1.3}
# Loading the authentication context makes it at most so many times as slow.
AUTHENTICATION = {LIST: 1.05, RETRIEVE: 1.15}
PROGRAMS = (SERVER, COLD_CACHE, FLOOR, ORDINARY)
_OPERATIONS = [*READS, *WRITES]


@dataclass
class Result:
    """What was measured on one kind of database."""

    kind: str
    sizes: list[int]
    samples: Samples = field(default_factory=dict)
    alone: Samples = field(default_factory=dict)
    queries: dict[str, int] = field(default_factory=dict)
    start: dict[str, float] = field(default_factory=dict)
    idle: dict[str, float] = field(default_factory=dict)
    loaded: dict[str, float] = field(default_factory=dict)

    def of(self, program: str, operation: str) -> Sample | None:
        """Return the medians of a program at an operation with all connections."""
        found = self.samples.get((program, operation))
        return median(found) if found else None

    def ratio(self, program: str, operation: str) -> float | None:
        """Return how many times as many answers as the floor gives a program gives."""
        beside = next(each.beside or each.name for each in _OPERATIONS if each.name == operation)
        ours, floor = self.of(program, operation), self.of(FLOOR, beside)
        return ours.per_second / floor.per_second if ours and floor else None


def tables(results: list[Result]) -> str:
    """Return everything measured, in Markdown."""
    return "\n\n".join(part for result in results for part in _parts(result))


def write_into(page: Path, results: list[Result]) -> None:
    """Put the tables between the marks of the page."""
    write_between(page, "measured", tables(results))


def _parts(result: Result) -> list[str]:
    small, main, large = result.sizes[1], result.sizes[0], result.sizes[2]
    names = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}
    return [
        f"### {names[result.kind]}",
        f"{main:,} experiments; the small project has {small:,}, the large one {large:,}.",
        _speed(result),
        _costs(result),
        _comparisons(result),
    ]


def _speed(result: Result) -> str:
    lines = [
        _row("operation", "floor, per s", "server, per s", "server / floor", "goal")
        + " cold_cache / floor | ordinary / floor"
        " | server p50 / p99 ms | alone p50 / p99 ms | floor alone |",
        _row("---", *["---:"] * 9),
    ]
    for operation in _measured(result):
        name = operation.name
        goal = GOALS.get(operation)
        lines.append(
            f"| {operation.title} | {_rate(result.of(FLOOR, operation.beside or name))}"
            f" | {_rate(result.of(SERVER, name))} | **{_number(result.ratio(SERVER, name))}**"
            f" | {f'≥ {goal:g}' if goal else ''} | {_number(result.ratio(COLD_CACHE, name))}"
            f" | {_number(result.ratio(ORDINARY, name))}"
            f" | {_latency(result.of(SERVER, name))} | {_alone(result, SERVER, name)}"
            f" | {_alone(result, FLOOR, operation.beside or name)} |"
        )
    return "\n".join(lines)


def _measured(result: Result) -> list[Operation]:
    return [each for each in _OPERATIONS if (SERVER, each.name) in result.samples]


def _costs(result: Result) -> str:
    lines = [
        _row("app + database CPU ms", *PROGRAMS, "cold_cache's queries"),
        _row("---", *["---:"] * (len(PROGRAMS) + 1)),
    ]
    for operation in _measured(result):
        name = operation.name
        costs = [_cost(result.of(program, name)) for program in PROGRAMS]
        queries = result.queries.get(name, "")
        lines.append(_row(operation.title, *costs, str(queries)))
    return "\n".join(lines)


def _comparisons(result: Result) -> str:
    lines = [_row("what", *PROGRAMS), _row("---", *["---:"] * len(PROGRAMS))]
    for (one, other), limit in LIMITS.items():
        ratios = [
            _number(_slower(result.of(program, one.name), result.of(program, other.name)))
            for program in PROGRAMS
        ]
        title = f"{one.title} / {other.title}: times as slow (goal ≤ {limit:g})"
        if any(ratios):
            lines.append(_row(title, *ratios))
    lines += _authentication(result)
    for title, numbers, digits in (
        ("first answer after start, s", result.start, 2),
        ("memory of all processes when idle, MB (PSS)", result.idle, 0),
        ("memory after load, MB (PSS)", result.loaded, 0),
    ):
        lines.append(
            _row(title, *(f"{numbers.get(program, 0):.{digits}f}" for program in PROGRAMS))
        )
    return "\n".join(lines)


def _authentication(result: Result) -> list[str]:
    lines = []
    for operation, limit in AUTHENTICATION.items():
        name = operation.name
        slower = _slower(result.of(COLD_CACHE, name), result.of(WARM_AUTH, name))
        if slower:
            title = f"{operation.title}, authentication: times as slow (goal ≤ {limit:g})"
            lines.append(_row(title, "", _number(slower), "", ""))
    return lines


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _slower(one: Sample | None, other: Sample | None) -> float | None:
    return other.per_second / one.per_second if one and other else None


def _alone(result: Result, program: str, operation: str) -> str:
    found = result.alone.get((program, operation))
    return _latency(median(found)) if found else ""


def _rate(sample: Sample | None) -> str:
    return f"{sample.per_second:,.0f}" if sample else ""


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _latency(sample: Sample | None) -> str:
    return f"{sample.p50:.2f} / {sample.p99:.2f}" if sample else ""


def _cost(sample: Sample | None) -> str:
    if sample is None:
        return ""
    return f"{sample.app_milliseconds:.2f} + {sample.database_milliseconds:.2f}"
