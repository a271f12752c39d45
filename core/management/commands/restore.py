"""`restore`: make the SQLite database what a backup says."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone

from core.ops.backups import restore
from core.ops.commands import ResultCommand


class Command(ResultCommand):
    help = (
        "Make the SQLite database what a backup says, and print what is to be done next. What it "
        "was before is kept beside it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="a file that the command backup has made")
        parser.add_argument(
            "--replace", action="store_true", help="replace a database that is not empty"
        )

    def result(self, **options: Any) -> str:
        done = restore(
            connection, path=options["path"], replace=options["replace"], now=timezone.now()
        )
        lines = [f"{options['path']} is restored."]
        if done.kept:
            lines.append(f"What was there before is in {done.kept}.")
        if done.missing_migrations:
            lines.append(f"Run migrate: {done.missing_migrations} migrations are missing.")
        return "\n".join(lines)
