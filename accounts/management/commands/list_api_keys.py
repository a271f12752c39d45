"""`list_api_keys`: print who has which keys, and when they were used."""

from argparse import ArgumentParser
from typing import Any

from accounts.selectors import list_all_keys
from core.ops.commands import ResultCommand
from users.models import PersonalAPIKey


class Command(ResultCommand):
    help = (
        "Print all personal API keys, or those of one user, a line each: id, owner, mask, scopes, "
        "last use, label; with tabs between them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", nargs="?")

    def result(self, **options: Any) -> str:
        return "\n".join(map(_line, list_all_keys(email=options["email"])))


def _line(key: PersonalAPIKey) -> str:
    used = f"{key.last_used_at:%Y-%m-%dT%H:%MZ}" if key.last_used_at else "never"
    scopes = ",".join(key.scopes) or "none"
    return "\t".join([key.pk, key.user.email, key.mask_value or "-", scopes, used, key.label])
