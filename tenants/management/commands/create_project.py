"""`create_project`: add a project to an organization, print its id."""

import shlex
from argparse import ArgumentParser
from typing import Any

from core.ops.commands import ResultCommand, line_of
from tenants import services


class Command(ResultCommand):
    help = "Create a project and print its id."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", type=line_of(200))
        parser.add_argument(
            "--organization", type=line_of(64), help="by name; made when it is missing"
        )

    def result(self, **options: Any) -> int:
        name = options["organization"]
        organization = (
            services.ensure_organization(name=name) if name else services.default_organization()
        )
        if not organization.memberships.exists():
            self.stderr.write(
                f"Nobody is in the organization {organization.name}, so nobody can enter the "
                "project. Let somebody in: "
                f"add_member <e-mail> --organization {shlex.quote(organization.name)}"
            )
        return services.create_project(organization=organization, name=options["name"]).pk
