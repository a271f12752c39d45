"""`export_events`: write the events of a project into a file, as lines of JSON."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import CommandError
from tqdm import tqdm

from core.ops.commands import ResultCommand
from events.selectors import count_events, exported_lines
from tenants.models import Project


class Command(ResultCommand):
    help = (
        "Write the events of a project into a new file that only its owner can read, one JSON "
        "object a line, in the order in which they arrived. The server may run."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("project", type=int, help="the id of the project")
        parser.add_argument("path", type=Path, help="the file to make")

    def result(self, **options: Any) -> str:
        project_id, path = options["project"], options["path"]
        if not Project.objects.filter(pk=project_id).exists():
            raise CommandError(f"There is no project {project_id}.")
        count = 0
        try:
            with open(path, "xb", opener=_private) as file:
                lines = exported_lines(project_id=project_id)
                total = count_events(project_id=project_id)
                for line in tqdm(lines, total=total, unit=" events", disable=None):
                    file.write(line)
                    count += 1
        except OSError as error:
            raise CommandError(f"{path} could not be written: {error}.") from None
        return f"{count} events are in {path}"


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
