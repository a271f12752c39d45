"""`rebuild_facts`: forget all facts and derive them again from the events."""

from argparse import ArgumentParser
from typing import Any

from core.ops.commands import ResultCommand
from events.facts import facts_engine


class Command(ResultCommand):
    help = "Delete the facts of one project, or of all, and derive them again from the events."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--project", type=int, help="the id of a project; all without it")

    def result(self, *, project: int | None = None, **options: Any) -> str:
        engine = facts_engine()
        return f"{engine.rebuild(project)} {engine.counted} rebuilt"
