"""`revoke_api_key`: end a key at once, print whose it was."""

from argparse import ArgumentParser
from typing import Any

from accounts.services import revoke_key
from core.ops.commands import ResultCommand


class Command(ResultCommand):
    help = (
        "Delete a personal API key, such as one that was leaked, and print its owner and label. "
        "The key of bootstrap comes back with the next bin/serve, as long as its secret stays."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", help="its id, as list_api_keys prints it, or its value")

    def result(self, **options: Any) -> str:
        key = revoke_key(reference=options["key"])
        return f"{key.user.email}\t{key.label}"
