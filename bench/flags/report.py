"""The tables of flags, for people."""

from pathlib import Path

from bench.flags.lines import LINES, Line
from bench.flags.measure import FlagResult
from bench.pages import write_between
from bench.servers import FLAGS_FLOOR

_NAMES = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}
# At most so many microseconds for 100 flags and one person.
MOST_MICROSECONDS = 150


def tables(results: list[FlagResult]) -> str:
    """Return everything measured, in Markdown."""
    return "\n\n".join(_table(result) for result in results)


def write_into(page: Path, results: list[FlagResult]) -> None:
    """Put the tables between the marks of the page."""
    write_between(page, "measured", tables(results))


def _table(result: FlagResult) -> str:
    head = [
        f"### Flags on {_NAMES[result.kind]}",
        "",
        "| | answers a second | p50 ms | p99 ms | CPU ms | floor | ratio | by CPU | goal |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    rows = [_row(result, line) for line in LINES]
    return "\n".join([*head, *rows, "", _evaluation(result)])


def _evaluation(result: FlagResult) -> str:
    per_second = 100 / result.microseconds * 1e6
    return (
        f"Evaluation alone: {result.microseconds:.0f} µs for 100 flags and one person (goal: at "
        f"most {MOST_MICROSECONDS}), which is {per_second:,.0f} flags a second per core. "
        f"The server's processes have {result.megabytes:.0f} MB after it."
    )


def _row(result: FlagResult, line: Line) -> str:
    bare = result.per_second(FLAGS_FLOOR, line.name) if line.has_floor else None
    ratio, by_cpu = result.ratio(line), result.cpu_ratio(line)
    cells = [
        line.title,
        f"{result.per_second(line.program, line.name):,.0f}",
        f"{result.milliseconds(line.program, line.name, 'p50'):.2f}",
        f"{result.milliseconds(line.program, line.name, 'p99'):.2f}",
        f"{result.milliseconds(line.program, line.name, 'cpu'):.2f}",
        f"{bare:,.0f}" if bare else "",
        f"{ratio:.2f}" if ratio else "",
        f"{by_cpu:.2f}" if by_cpu else "",
        f"{line.goal:.2f}" if line.goal else "",
    ]
    return f"| {' | '.join(cells)} |"
