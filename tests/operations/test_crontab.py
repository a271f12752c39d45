import re
from pathlib import Path

from core.management.commands.run_scheduler import MINUTES_BETWEEN

PAGE = Path(__file__).parents[2] / "docs/approvals.md"


def test_crontab__of_the_page__calls_what_the_scheduler_calls():
    lines = re.findall(r"^(\S+) \* \* \* \*  \S+/bin/manage (\w+)$", PAGE.read_text(), re.MULTILINE)

    assert {command: 1 if at == "*" else 60 for at, command in lines} == MINUTES_BETWEEN
