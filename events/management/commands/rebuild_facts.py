"""`rebuild_facts`: forget all facts and derive them again from the events."""

from argparse import ArgumentParser
from typing import Any

from core.ops.commands import ResultCommand
from events.facts import catch_up, rebuild, sources_by_project


class Command(ResultCommand):
    help = "Delete the facts of one project, or of all, and derive them again from the events."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--project", type=int, help="the id of a project; all without it")

    def result(self, *, project: int | None = None, **options: Any) -> str:
        count = 0
        for project_id, sources in sources_by_project(project_id=project).items():
            rebuild(project_id)
            catch_up(project_id, sources)
            count += len(sources)
        return f"{count} sources rebuilt"
