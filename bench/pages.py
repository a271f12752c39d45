"""Tables of measurements on the pages of docs/."""

import re
from pathlib import Path


def write_between(page: Path, name: str, text: str) -> None:
    """Put a text between the marks of this name on a page."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    pattern = re.compile(f"{re.escape(begin)}.*{re.escape(end)}", re.DOTALL)
    page.write_text(pattern.sub(lambda _: f"{begin}\n\n{text}\n\n{end}", page.read_text()))
