"""`set_webhook`: post a project's notifications somewhere, print the signing secret once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from approvals.services import remove_webhook, set_webhook
from core.ops.commands import ResultCommand


class Command(ResultCommand):
    help = (
        "Post a project's change request notifications to a URL and print the secret that signs "
        "them, which is shown only now. Setting it again makes a new secret."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("project", type=int, metavar="PROJECT_ID")
        parser.add_argument("url", nargs="?", metavar="URL")
        parser.add_argument("--off", action="store_true", help="remove the webhook instead")

    def result(self, **options: Any) -> str:
        project, url = options["project"], options["url"]
        if options["off"] == (url is not None):
            raise CommandError("Give either a URL or --off.")
        if url is None:
            remove_webhook(project_id=project)
            return f"The webhook of project {project} is removed."
        return set_webhook(project_id=project, url=url, now=timezone.now())
