"""The base of the management commands that scripts call."""

from django.core.management.base import BaseCommand, CommandError

from core.exceptions import APIException


class ResultCommand(BaseCommand):
    """Prints its result, and nothing else, on stdout; refusals go to stderr."""

    def handle(self, *args: object, **options: object) -> str:
        try:
            return str(self.result(**options))
        except APIException as error:
            raise CommandError(_text_of(error.detail)) from None

    def result(self, **options: object) -> object:
        """Do the work and return what to print.

        :raises APIException: when the domain refuses it.
        """
        raise NotImplementedError


def _text_of(detail: object) -> str:
    while isinstance(detail, list | dict):
        detail = next(iter(detail.values() if isinstance(detail, dict) else detail))
    return str(detail)
