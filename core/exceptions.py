"""All exceptions that the domain raises."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

from rest_framework.exceptions import (
    APIException,
    AuthenticationFailed,
    ErrorDetail,
    NotAuthenticated,
    NotFound,
    ParseError,
    PermissionDenied,
    Throttled,
    ValidationError,
)

__all__ = [
    "APIException",
    "AuthenticationFailed",
    "BareError",
    "BodyIncomplete",
    "Conflict",
    "DatabaseUnavailable",
    "ETagMismatch",
    "InUse",
    "NotAuthenticated",
    "NotFound",
    "OwnBody",
    "ParseError",
    "PermissionDenied",
    "RequestTooLarge",
    "RuleBroken",
    "Throttled",
    "ValidationError",
    "first_detail",
    "first_message",
    "not_in_project",
]


_MAX_NAMED = 10


class RuleBroken(ValidationError):
    """A 400 from the domain: about one field when `attr` names it, else about the request."""

    default_code = "invalid"
    default_attr: str | None = None

    def __init__(
        self, detail: str | None = None, *, attr: str | None = None, code: str | None = None
    ) -> None:
        attr = attr or self.default_attr
        text = ErrorDetail(detail or str(self.default_detail), code or self.default_code)
        super().__init__({attr: [text]} if attr else [text])


class InUse(RuleBroken):
    """A 400 because of other things, which are named only to who may see them.

    Until `told_to` says who that is, it names none. `things` are the rows with their names.
    """

    # What access rules call the things.
    resource: ClassVar[str] = ""

    def __init__(
        self, sentence: str, *, things: Sequence[tuple[Any, str]], attr: str | None = None
    ) -> None:
        self.sentence, self.things, self._attr = sentence, things, attr
        super().__init__(sentence.format(_named((), len(things))), attr=attr)

    def told_to(self, may_see: Callable[[Any], bool]) -> "InUse":
        """Return the refusal for somebody, which names the things that they may see."""
        names = [name for row, name in self.things if may_see(row)]
        told = type(self)(self.sentence, things=self.things, attr=self._attr)
        RuleBroken.__init__(
            told, self.sentence.format(_named(names, len(self.things))), attr=self._attr
        )
        return told


def _named(names: Sequence[str], number: int) -> str:
    shown = names[:_MAX_NAMED]
    others = number - len(shown)
    if not shown:
        return f"{others} that {'is' if others == 1 else 'are'} not named here"
    rest = f" and {others} {'other' if others == 1 else 'others'}" if others else ""
    return ", ".join(shown) + rest


class OwnBody:
    """Mixed into an exception whose answer has a body of its own instead of the error object."""

    status_code: int

    def as_response(self) -> dict[str, object]:
        """Return the body of the answer; the exception handler renders it."""
        raise NotImplementedError


class BareError(OwnBody, APIException):
    """A refusal with its sentence alone, under the wire's old name and under the usual one."""

    status_code = 400
    default_code = "invalid"
    members: ClassVar[tuple[str, ...]] = ("error", "detail")

    def as_response(self) -> dict[str, object]:
        return dict.fromkeys(self.members, first_message(self))


class Conflict(APIException):
    """A 409: the change collides with another one."""

    status_code = 409
    default_code = "conflict"
    default_detail = "Someone else changed this at the same time. Read it again and retry."


class DatabaseUnavailable(APIException):
    """A 503: the database cannot be asked, or cannot keep anything."""

    status_code = 503
    default_code = "database_unavailable"
    default_detail = "The database is not available. Try again in a moment."

    def __init__(self, detail: str | None = None, *, wait: int = 1) -> None:
        super().__init__(detail)
        self.wait = wait


class ETagMismatch(APIException):
    """A 412: the object is not the one that the client's If-Match names."""

    status_code = 412
    default_code = "precondition_failed"
    default_detail = (
        "The object is not as If-Match expects it. Read it again and send the ETag of that answer."
    )
    exception_type = "invalid_request"


class BodyIncomplete(ParseError):
    """A 400: the client has gone before all of the body was there."""

    default_detail = "The request body ended before it was complete."


class RequestTooLarge(APIException):
    """A 413: the body is larger than the server reads."""

    status_code = 413
    default_code = "request_too_large"
    default_detail = "The request body is too large."
    exception_type = "invalid_request"


def first_detail(error: APIException) -> ErrorDetail:
    """Return the first sentence of the error, which has a `code`."""
    detail = error.detail
    while isinstance(detail, list | dict):
        detail = next(iter(detail.values() if isinstance(detail, dict) else detail))
    return detail


def first_message(error: APIException) -> str:
    """Return what the error says, in one line of text."""
    return str(first_detail(error))


def not_in_project(noun: str, ids: Iterable[int]) -> str:
    """Say that a project has nothing of this kind with these ids."""
    return f"This project has no {noun} with the id {', '.join(map(str, ids))}."
