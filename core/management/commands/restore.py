"""`restore`: make the SQLite databases what a backup says."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils import timezone

from core.ops.backup_sets import restore_all
from core.ops.commands import ResultCommand


class Command(ResultCommand):
    help = (
        "Make the SQLite databases what a backup says, and print what is to be done next. What "
        "they were before is kept beside them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="a file that the command backup has made")
        parser.add_argument(
            "--replace", action="store_true", help="replace databases that are not empty"
        )
        parser.add_argument("--only-main", action="store_true", help="leave the events as they are")

    def result(self, **options: Any) -> str:
        done = restore_all(
            path=options["path"],
            replace=options["replace"],
            only_main=options["only_main"],
            now=timezone.now(),
        )
        lines = [f"{options['path']} is restored."]
        if done.kept:
            lines.append(f"What was there before is in {', '.join(map(str, done.kept))}.")
        if done.missing_migrations:
            lines.append(f"Run migrate: {done.missing_migrations} migrations are missing.")
        return "\n".join(lines)
