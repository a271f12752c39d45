from pathlib import Path

import pytest

from bench.pictures.statistics import PICTURES

DOCS = Path(__file__).parents[3] / "docs"


@pytest.mark.parametrize("name", PICTURES)
def test_picture__drawn_again__the_one_in_the_documentation(name):
    assert PICTURES[name]() == (DOCS / name).read_text(), "python -m bench.pictures"
