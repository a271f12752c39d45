"""A plot as SVG: axes, lines, bands, bars and labels."""

from collections.abc import Callable, Iterable, Sequence
from html import escape

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 420, 300, 58, 24, 42, 46
BLUE, ORANGE, GREY, GREEN = "#3250b8", "#cf5a2c", "#8a857c", "#168a65"
Points = Iterable[tuple[float, float]]
Scale = Callable[[float], float]


class Plot:
    """One panel; it has its own range of x and y."""

    def __init__(
        self,
        title: str,
        x: tuple[float, float],
        y: tuple[float, float],
        y_scale: Scale = float,
    ) -> None:
        self.x, self.lowest, self.y_scale = x, y[0], y_scale
        self.y = (y_scale(y[0]), y_scale(y[1]))
        self.parts = [f'<text x="{LEFT}" y="18" class="title">{escape(title)}</text>']

    def place(self, x: float, y: float) -> str:
        """Return the coordinates of a point, rounded so that every machine draws the same."""
        across = (x - self.x[0]) / (self.x[1] - self.x[0])
        up = (self.y_scale(y) - self.y[0]) / (self.y[1] - self.y[0])
        across, up = min(max(across, 0.0), 1.0), min(max(up, 0.0), 1.0)
        column = LEFT + across * (WIDTH - LEFT - RIGHT)
        row = HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM)
        return f"{column:.1f},{row:.1f}"

    def axes(
        self, x_label: str, x_ticks: dict[float, str], y_label: str, y_ticks: dict[float, str]
    ) -> None:
        """Draw grid lines with their labels and the names of the axes."""
        self.parts.append(f'<text x="{LEFT}" y="34" class="small">{escape(y_label)}</text>')
        middle = (LEFT + WIDTH - RIGHT) / 2
        self.parts.append(
            f'<text x="{middle:.0f}" y="{HEIGHT - 8}" class="small mid">{escape(x_label)}</text>'
        )
        for value, label in y_ticks.items():
            row = self.place(self.x[0], value).split(",")[1]
            end = WIDTH - RIGHT
            self.parts.append(f'<path d="M{LEFT},{row}H{end}" class="grid"/>')
            self.parts.append(
                f'<text x="{LEFT - 6}" y="{row}" dy="4" class="small end">{label}</text>'
            )
        for value, label in x_ticks.items():
            column = self.place(value, self.lowest).split(",")[0]
            below = HEIGHT - BOTTOM + 16
            self.parts.append(f'<text x="{column}" y="{below}" class="small mid">{label}</text>')

    def line(self, points: Points, colour: str, *, is_dashed: bool = False) -> None:
        """Draw a line through the points."""
        path = " ".join(self.place(*point) for point in points)
        dashes = ' stroke-dasharray="5 4"' if is_dashed else ""
        self.parts.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>'
        )

    def band(self, xs: Sequence[float], ends: Sequence[tuple[float, float]], colour: str) -> None:
        """Fill between the lower and the upper ends."""
        lower = [self.place(x, low) for x, (low, _high) in zip(xs, ends, strict=True)]
        upper = [self.place(x, high) for x, (_low, high) in zip(xs, ends, strict=True)]
        path = " ".join([*lower, *reversed(upper)])
        self.parts.append(f'<polygon points="{path}" fill="{colour}" opacity="0.22"/>')

    def dots(self, points: Points, colour: str) -> None:
        """Draw a dot at each point."""
        for point in points:
            column, row = self.place(*point).split(",")
            self.parts.append(f'<circle cx="{column}" cy="{row}" r="3.5" fill="{colour}"/>')

    def bar(self, x: float, height: float, colour: str) -> None:
        """Draw a bar from 0, half as wide as a unit of x."""
        left, bottom = self.place(x - 0.25, 0).split(",")
        right, top = self.place(x + 0.25, height).split(",")
        size = f'width="{float(right) - float(left):.1f}" height="{float(bottom) - float(top):.1f}"'
        self.parts.append(f'<rect x="{left}" y="{top}" {size} fill="{colour}"/>')

    def label(self, x: float, y: float, text: str, colour: str, anchor: str = "start") -> None:
        """Write a label at a point."""
        column, row = self.place(x, y).split(",")
        self.parts.append(
            f'<text x="{column}" y="{row}" fill="{colour}" text-anchor="{anchor}">'
            f"{escape(text)}</text>"
        )


STYLE = (
    "text{font:12px system-ui,sans-serif}.title{font-weight:600;font-size:13px;fill:#1b1a18}"
    ".small{fill:#56524b;font-size:11px}.mid{text-anchor:middle}.end{text-anchor:end}"
    ".grid{stroke:#e3e1dc;fill:none}"
)


def side_by_side(description: str, *plots: Plot) -> str:
    """Return the picture of the plots."""
    panels = "\n".join(
        f'<g transform="translate({index * WIDTH})">\n' + "\n".join(plot.parts) + "\n</g>"
        for index, plot in enumerate(plots)
    )
    whole = WIDTH * len(plots)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {HEIGHT}" role="img" '
        f'width="{whole}" height="{HEIGHT}">\n<title>{escape(description)}</title>\n'
        f'<style>{STYLE}</style>\n<rect width="{whole}" height="{HEIGHT}" fill="#fff"/>\n'
        f"{panels}\n</svg>\n"
    )
