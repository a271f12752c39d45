"""Narrowing the lists of policies and change requests by what a URL asks for."""

from collections.abc import Mapping

from django.db.models import QuerySet

from approvals.models import ApprovalPolicy, ChangeRequest
from core.exceptions import RuleBroken

_EXACT = ("action_key", "resource_type", "resource_id")


def filter_change_requests(
    found: QuerySet[ChangeRequest], parameters: Mapping[str, str]
) -> QuerySet[ChangeRequest]:
    """Return those of the requests that the parameters of a URL ask for.

    :raises RuleBroken: when `requester` is no id.
    """
    for name in _EXACT:
        if parameters.get(name):
            found = found.filter(**{name: _text(parameters[name])})
    if parameters.get("state"):
        found = found.filter(state__in=_text(parameters["state"]).split(","))
    requester = parameters.get("requester")
    if requester:
        if not (requester.isascii() and requester.isdecimal()):
            raise RuleBroken("requester must be the id of a user.", attr="requester")
        found = found.filter(created_by_id=int(requester))
    return found


def filter_policies(
    found: QuerySet[ApprovalPolicy], parameters: Mapping[str, str]
) -> QuerySet[ApprovalPolicy]:
    """Return those of the policies that the parameters of a URL ask for."""
    if parameters.get("action_key"):
        found = found.filter(action_key=_text(parameters["action_key"]))
    if "enabled" in parameters:
        found = found.filter(enabled=parameters["enabled"].lower() == "true")
    return found


def _text(value: str) -> str:
    # No row has a null character, and PostgreSQL would not even look for one.
    return value.replace("\x00", "\ufffd")
