"""`create_user`: add a person to an organization, print their id."""

from argparse import ArgumentParser
from typing import Any

from core.ops.commands import ResultCommand, email_address, line_of
from tenants import services
from tenants.models import Membership
from users.services import create_user


class Command(ResultCommand):
    help = "Create a user in an organization and print their id."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", type=email_address)
        parser.add_argument("--password", help="without one, only keys can speak for the user")
        parser.add_argument(
            "--organization", type=line_of(64), help="by name; made when it is missing"
        )
        levels = [level.name.lower() for level in Membership.Level]
        parser.add_argument("--level", choices=levels, default="member")

    def result(self, **options: Any) -> int:
        user = create_user(email=options["email"], password=options["password"])
        name = options["organization"]
        organization = (
            services.ensure_organization(name=name) if name else services.default_organization()
        )
        level = Membership.Level[options["level"].upper()]
        services.add_member(organization=organization, user=user, level=level)
        return user.pk
