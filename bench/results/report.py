"""The table and the picture of results, for people."""

from dataclasses import dataclass
from pathlib import Path

from bench.pages import write_between
from bench.pictures.svg import BLUE, GREEN, GREY, ORANGE, Plot, side_by_side

Figures = dict[str, float]
_NAMES = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}
_TABLED = 1_000_000
_LARGE = 10


@dataclass(frozen=True)
class Line:
    """A ratio of two measured times, and what is wanted of it."""

    title: str
    above: str
    below: str
    goal: float
    is_least: bool = False

    def ratio(self, found: Figures) -> float:
        """Return the ratio that was measured."""
        return found[self.above] / found[self.below]

    def is_met(self, found: Figures) -> bool:
        """Tell whether the goal is reached."""
        ratio = self.ratio(found)
        return ratio >= self.goal if self.is_least else ratio <= self.goal


LINES = [
    Line("one mean / its bare SQL", "one", "bare", 1.5),
    Line("ten means and exposures together / one by one", "means together", "means alone", 0.6),
    Line("ten of all kinds together / one by one", "mixed together", "mixed alone", 0.8),
    Line("first read of the ten / second read", "first read", "second read", 50, is_least=True),
]
_CURVES: dict[str, tuple[str, str]] = {
    "mixed together": ("ten metrics", ORANGE),
    "means together": ("ten means", GREEN),
    "one": ("one mean", BLUE),
}


def tables(measured: dict[str, list[Figures]]) -> str:
    """Return everything measured, in Markdown."""
    return "\n\n".join(_table(kind, found) for kind, found in measured.items())


def write_into(page: Path, measured: dict[str, list[Figures]]) -> None:
    """Put the tables between the marks of the page."""
    write_between(page, "results", tables(measured))


def _table(kind: str, found: list[Figures]) -> str:
    shown = min(found, key=lambda each: abs(each["events"] - _TABLED))
    head = [
        f"### Results on {_NAMES[kind]}",
        "",
        f"{shown['events']:,.0f} events; load {shown['load']:.0f}.",
        "",
        "| line | seconds | ratio | goal |",
        "| --- | ---: | ---: | ---: |",
    ]
    rows = [_row(line, shown) for line in LINES]
    growth = [
        "",
        "| events | one mean, s | ten means, s | ten of all kinds, s |",
        "| ---: | ---: | ---: | ---: |",
        *(_growth(each) for each in found),
        "",
        f"First extraction of a source: {shown['extraction']:.0f} µs for each of its events.",
    ]
    return "\n".join([*head, *rows, *growth])


def _row(line: Line, found: Figures) -> str:
    goal = f"{'≥' if line.is_least else '≤'} {line.goal:g}"
    seconds = f"{_seconds(found[line.above])} / {_seconds(found[line.below])}"
    ratio = line.ratio(found)
    shown = f"{ratio:,.0f}" if ratio >= _LARGE else f"{ratio:.2f}"
    return f"| {line.title} | {seconds} | **{shown}** | {goal} |"


def _growth(found: Figures) -> str:
    cells = [f"{found['events']:,.0f}"]
    cells += [_seconds(found[name]) for name in ("one", "means together", "mixed together")]
    return f"| {' | '.join(cells)} |"


def _seconds(value: float) -> str:
    return f"{value:.3g}" if value >= 0.01 or not value else f"{value:.4f}"


def draw(page: Path, measured: dict[str, list[Figures]]) -> None:
    """Draw time against events, on both databases."""
    plots = [_plot(_NAMES[kind], found) for kind, found in measured.items()]
    page.write_text(side_by_side("Seconds of results by the number of events", *plots))


def _plot(name: str, found: list[Figures]) -> Plot:
    most = max(each["events"] for each in found)
    highest = max(each["mixed together"] for each in found) * 1.1
    plot = Plot(name, (0, most), (0, highest))
    ticks = [most * part / 4 for part in range(5)]
    plot.axes(
        "million events",
        {tick: f"{tick / 1e6:g}" for tick in ticks},
        "seconds",
        {highest * part / 4: _seconds(highest * part / 4) for part in range(5)},
    )
    for line, (title, colour) in _CURVES.items():
        points = [(each["events"], each[line]) for each in found]
        plot.line([(0, 0), points[-1]], GREY, is_dashed=True)
        plot.line(points, colour)
        plot.dots(points, colour)
        plot.label(most * 0.03, _label_height(line, highest), title, colour)
    return plot


def _label_height(line: str, highest: float) -> float:
    return highest * (0.92 - 0.08 * [*_CURVES].index(line))
