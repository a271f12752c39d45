"""Draws the pictures of docs/statistics.md by the project's own statistics."""

from pathlib import Path

from bench.pictures.statistics import PICTURES

DOCS = Path(__file__).resolve().parents[2] / "docs"

if __name__ == "__main__":
    for name, draw in PICTURES.items():
        (DOCS / name).write_text(draw())
