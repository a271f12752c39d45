"""`import_events`: store the events in a file, one JSON object a line."""

import gzip
import sys
import time
import zlib
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.core.management import CommandError
from tqdm import tqdm

from core.ops.commands import ResultCommand
from events.services import import_lines
from tenants.models import Project
from tenants.selectors import TokenProject


class Command(ResultCommand):
    help = (
        "Store the events in a file (NDJSON, also .gz; - is standard input) that export_events or "
        "the hosted service has written. Events that are stored already are skipped, so it can be "
        "done again when it was interrupted."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("project", type=int, help="the id of the project")
        parser.add_argument("path", type=Path, help="the file to read")

    def result(self, **options: Any) -> str:
        row = Project.objects.filter(pk=options["project"]).first()
        if row is None:
            raise CommandError(f"There is no project {options['project']}.")
        project = TokenProject(row.pk, row.ingested_event)
        path = options["path"]
        try:
            with _opened(path) as lines:
                done = import_lines(project=project, lines=lines, now=time.time_ns() // 1000)
        except (OSError, EOFError, zlib.error) as error:
            raise CommandError(f"{path} could not be read: {error}.") from None
        for reason in done.reasons:
            self.stderr.write(reason)
        return (
            f"{done.new} events imported, {done.known} were there already, "
            f"{done.refused} lines refused"
        )


@contextmanager
def _opened(path: Path) -> Iterator[Iterator[bytes]]:
    if str(path) == "-":
        yield iter(tqdm(sys.stdin.buffer, unit=" events", disable=None))
        return
    with (
        path.open("rb") as file,
        tqdm(total=path.stat().st_size, unit="B", unit_scale=True, disable=None) as bar,
    ):
        yield _shown(_unpacked(file) if path.suffix == ".gz" else file, file, bar)


def _unpacked(file: IO[bytes]) -> Iterator[bytes]:
    with gzip.open(file) as unpacked:
        yield from unpacked


def _shown(source: Iterable[bytes], file: IO[bytes], bar: "tqdm[Any]") -> Iterator[bytes]:
    for line in source:
        yield line
        # What is packed is counted as it is read, packed.
        bar.update(file.tell() - bar.n)
