"""`backup`: copy the SQLite databases into files, while the server runs."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from core.ops.backup_sets import back_up_all
from core.ops.commands import ResultCommand


class Command(ResultCommand):
    help = (
        "Copy the SQLite databases, each as it is at one moment, into new files, and print their "
        "paths: the given one, and events beside it. The server may run. It overwrites nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="the file to make for the main database")

    def result(self, **options: Any) -> str:
        return "\n".join(map(str, back_up_all(path=options["path"])))
