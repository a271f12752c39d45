"""`migrate`, without the limits that end a request's statements."""

from contextlib import nullcontext

from django.core.management.commands import migrate
from django.db import connections


class Command(migrate.Command):
    def handle(self, *args: object, **options: object) -> None:
        connection = connections[options["database"]]
        # Only the backend for PostgreSQL has limits.
        without_limits = getattr(connection, "without_limits", nullcontext)
        with without_limits():
            super().handle(*args, **options)
