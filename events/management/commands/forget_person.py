"""`forget_person`: delete everything that is stored about a visitor, by one of their ids."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import CommandError

from core.ops.commands import ResultCommand
from events.facts import facts_engine
from events.selectors import is_known, person_with_id
from events.services import delete_person
from tenants.models import Project


class Command(ResultCommand):
    help = (
        "Delete the events, properties and ids of the person with this distinct id, also out of "
        "the facts, whether or not the API lists them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("project", type=int, help="the id of the project")
        parser.add_argument("distinct_id", help="one of the ids of the person")

    def result(self, **options: Any) -> str:
        project_id, distinct_id = options["project"], options["distinct_id"]
        if not Project.objects.filter(pk=project_id).exists():
            raise CommandError(f"There is no project {project_id}.")
        person = person_with_id(project_id, distinct_id)
        was_known = is_known(project_id=project_id, person=person)
        deleted = delete_person(project_id=project_id, person=person)
        facts_engine().follow(project_id)
        if not deleted and not was_known:
            raise CommandError(f"No event and no property of {distinct_id} was stored.")
        return f"{deleted} events deleted, with all that was stored about {distinct_id}"
