"""`add_member`: let a user into an organization that is there, print their id."""

from argparse import ArgumentParser
from typing import Any

from core.exceptions import RuleBroken
from core.ops.commands import ResultCommand, line_of
from tenants import services
from tenants.models import Membership, Organization
from tenants.selectors import find_membership
from users.models import User


class Command(ResultCommand):
    help = "Make a user a member of an organization and print their id."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--organization", type=line_of(64), required=True, help="by name")
        levels = [level.name.lower() for level in Membership.Level]
        parser.add_argument("--level", choices=levels, default="member")

    def result(self, **options: Any) -> int:
        user = User.objects.find_by_email(options["email"])
        if user is None:
            raise RuleBroken(f"There is no user {options['email']}. Make one with create_user.")
        name = options["organization"]
        organization = Organization.objects.filter(name=name).order_by("created_at").first()
        if organization is None:
            raise RuleBroken(f"There is no organization {name}.")
        level = Membership.Level[options["level"].upper()]
        place = find_membership(user=user, organization=organization)
        if place is not None and place.level != level:
            raise RuleBroken(
                f"{user.email} is a member of {name} already, as {place.get_level_display()}. "
                "Change the level in the admin site."
            )
        services.add_member(organization=organization, user=user, level=level)
        return user.pk
