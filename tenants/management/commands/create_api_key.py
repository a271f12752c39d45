"""`create_api_key`: give a user a key, print its value once."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from core.exceptions import RuleBroken
from core.ops.commands import ResultCommand, line_of
from tenants.selectors import check_reach
from users.models import User
from users.services import issue_key


class Command(ResultCommand):
    help = "Give a user a personal API key and print its value, which is shown only now."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument(
            "--scope",
            action="extend",
            nargs="+",
            required=True,
            metavar="SCOPE",
            help="such as experiment:read, experiment_saved_metric:write, or * for everything",
        )
        parser.add_argument(
            "--project", action="extend", nargs="+", type=int, default=[], metavar="ID"
        )
        parser.add_argument(
            "--organization", action="extend", nargs="+", type=UUID, default=[], metavar="UUID"
        )
        parser.add_argument("--label", type=line_of(40), default="command line")

    def result(self, **options: Any) -> str:
        user = User.objects.find_by_email(options["email"])
        if user is None:
            raise RuleBroken(f"There is no user {options['email']}. Make one with create_user.")
        organizations = [str(organization) for organization in options["organization"]]
        check_reach(user=user, projects=options["project"], organizations=organizations)
        key = issue_key(
            user=user,
            label=options["label"],
            scopes=options["scope"],
            scoped_teams=options["project"],
            scoped_organizations=organizations,
        )
        return str(key.value)
