"""The picture of a run."""

from pathlib import Path

from bench.operations import CREATE, KNOWN, LIST, PATCH, RETRIEVE
from bench.report import GOALS, Result
from bench.servers import ORDINARY, SERVER

_SHOWN = [LIST, KNOWN, RETRIEVE, CREATE, PATCH]


def draw(page: Path, results: list[Result]) -> bool:
    """Draw how the server and ordinary code compare with the floor, if matplotlib is there."""
    try:
        from matplotlib import rcParams  # noqa: PLC0415 (an optional package)
        from matplotlib.figure import Figure  # noqa: PLC0415
    except ImportError:
        return False
    figure = Figure(figsize=(9, 3.2 * len(results)), layout="constrained")
    axes = figure.subplots(len(results), squeeze=False)[:, 0]
    for axis, result in zip(axes, results, strict=True):
        places = range(len(_SHOWN))
        for program, shift, colour in ((SERVER, -0.2, "#1f6feb"), (ORDINARY, 0.2, "#b0b7c3")):
            ratios = [result.ratio(program, operation.name) or 0 for operation in _SHOWN]
            bars = axis.barh([place + shift for place in places], ratios, 0.36, color=colour)
            axis.bar_label(bars, [f"{ratio:.2f}" if ratio else "" for ratio in ratios], padding=3)
            bars.set_label(program)
        for place, operation in enumerate(_SHOWN):
            axis.plot([GOALS[operation]] * 2, [place - 0.45, place + 0.45], color="#d1242f")
        axis.axvline(1, color="black", linewidth=0.8)
        axis.set_xscale("log")
        axis.set_yticks([*places], [operation.title for operation in _SHOWN])
        axis.invert_yaxis()
        axis.set_title(f"{result.kind}: answers per second, as times the floor (red: the goal)")
        axis.legend(loc="lower right")
    rcParams["svg.fonttype"] = "none"
    figure.savefig(page, metadata={"Date": None})
    return True
