"""`backup`: copy the SQLite database into a file, while the server runs."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.db import connection

from core.ops.backups import back_up
from core.ops.commands import ResultCommand


class Command(ResultCommand):
    help = (
        "Copy the SQLite database, as it is at one moment, into a new file, and print its path. "
        "The server may run. Nothing is overwritten."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="the file to make")

    def result(self, **options: Any) -> Path:
        path: Path = options["path"]
        back_up(connection, path=path)
        return path
