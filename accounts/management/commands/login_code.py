"""`login_code`: print a code with which a user can log in once, without a password."""

from argparse import ArgumentParser
from typing import Any

from accounts.selectors import make_login_code
from core.ops.commands import ResultCommand, email_address


class Command(ResultCommand):
    help = (
        "Print a code for POST /api/login/code/, which begins a session of the user. It works "
        "once, for 15 minutes; it ends early when the user logs in or gets another password."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", type=email_address, help="whose session it shall be")

    def result(self, **options: Any) -> str:
        return make_login_code(email=options["email"])
