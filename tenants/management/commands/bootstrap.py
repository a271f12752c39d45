"""`bootstrap`: migrate, make the first organization, project, owner and key, print the key."""

from typing import Any

from django.conf import settings
from django.core.management import call_command

from core.ops.commands import ResultCommand
from core.ops.preparation_lock import preparing_alone
from tenants import services
from tenants.models import Membership, Project
from users.models import User
from users.services import create_user, ensure_key
from users.tokens import derived_key_value

OWNER_EMAIL = "owner@example.com"
KEY_LABEL = "bootstrap"


class Command(ResultCommand):
    help = (
        "Make the server ready for its first request, as often as you like: migrate the database, "
        "make an organization, a project, an owner and a key for everything, and print the key."
    )

    # Whether the last call made the key that it printed.
    has_made_key = False

    def result(self, **options: Any) -> str:
        # Servers that are started together prepare one after the other.
        with preparing_alone():
            return self._prepared()

    def _prepared(self) -> str:
        for alias in settings.DATABASES:
            call_command("migrate", database=alias, verbosity=0, interactive=False)
        # Nothing, unless the database is the cache as well.
        call_command("createcachetable", verbosity=0)
        organization = services.default_organization()
        if not Project.objects.exists():
            services.create_project(organization=organization, name="Default project")
        owner = User.objects.filter(email=OWNER_EMAIL).first()
        if owner is None:
            owner = create_user(email=OWNER_EMAIL, password=None)
        # Where others own it already, who was removed stays so.
        is_owned = organization.memberships.filter(level=Membership.Level.OWNER).exists()
        if not is_owned and not owner.memberships.exists():
            services.add_member(organization=organization, user=owner, level=Membership.Level.OWNER)
        value = settings.EXPERIMENTS_API_KEY or derived_key_value(
            secret=settings.SECRET_KEY, purpose="bootstrap API key"
        )
        self.has_made_key = ensure_key(user=owner, label=KEY_LABEL, scopes=["*"], value=value)
        return value
