"""The base of the management commands that scripts call."""

import logging
import time
from abc import ABC, abstractmethod
from argparse import ArgumentTypeError
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from core.emails import has_plain_name
from core.exceptions import APIException, first_message

_logger = logging.getLogger(__name__)


class ResultCommand(BaseCommand, ABC):
    """Prints its result, and nothing else, on stdout; refusals go to stderr."""

    def handle(self, *args: object, **options: object) -> str:
        try:
            return str(self.result(**options))
        except APIException as error:
            raise CommandError(first_message(error)) from None

    @abstractmethod
    def result(self, **options: Any) -> object:
        """Do the work and return what to print.

        :raises APIException: when the domain refuses it.
        """


class PacedCommand(ResultCommand):
    """Works through rows, and logs how long that took, as a whole and for each hundred of them."""

    @abstractmethod
    def work(self, **options: Any) -> tuple[int, object]:
        """Do the work and return the number of rows that it was about, and what to print.

        :raises APIException: when the domain refuses it.
        """

    def result(self, **options: Any) -> object:
        began = time.perf_counter()
        rows, text = self.work(**options)
        if rows:
            took = (time.perf_counter() - began) * 1000
            name = type(self).__module__.rpartition(".")[2]
            _logger.info(
                "command=%s rows=%s ms=%.0f ms_per_hundred=%.1f",
                name,
                rows,
                took,
                took / rows * 100,
            )
        return text


def line_of(length: int) -> Callable[[str], str]:
    """Return the type of an argument that is a line of 1 to that many characters."""

    def read(text: str) -> str:
        line = text.strip()
        if not 0 < len(line) <= length or not line.isprintable():
            raise ArgumentTypeError(f"must be a line of 1 to {length} characters")
        return line

    return read


def email_address(text: str) -> str:
    """Return the text when it is an e-mail address that fits.

    :raises ArgumentTypeError: when it is not.
    """
    try:
        validate_email(text)
    except ValidationError:
        raise ArgumentTypeError(f"{text!r} is not an e-mail address") from None
    if not has_plain_name(text):
        raise ArgumentTypeError(f"{text!r} has a letter before the @ that is not ASCII")
    return line_of(254)(text)
