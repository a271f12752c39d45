"""What a body must say that asks for copies of a flag."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.exceptions import BareError

MAX_TARGETS = 50
_OPTIONS = ("copy_schedule", "disable_copied_flag", "copy_dependencies")


class BadCopy(BareError):
    """Raised for a body that does not say what to copy, and for a flag that is not there."""

    # Wire quirk: flag-copies-refuse-barely, see docs/quirks.md.


class CopyDenied(BareError):
    """Raised when the flag to be copied is one that the caller may not edit."""

    status_code = 403
    default_code = "permission_denied"
    default_detail = "You do not have editor access to this feature flag."


@dataclass(frozen=True)
class Wish:
    """Which flag to copy, from where to where, and what with it."""

    key: str
    from_project: int
    targets: tuple[int, ...]
    copy_schedule: bool = False
    disable_copied_flag: bool = False
    copy_dependencies: bool = False


def read_wish(body: object, *, with_options: bool = True) -> Wish:
    """Return what a body asks for.

    :raises BadCopy: when it says nothing that can be done.
    """
    members = body if isinstance(body, Mapping) else {}
    key, source = members.get("feature_flag_key"), members.get("from_project")
    if not isinstance(key, str) or not key:
        raise BadCopy("feature_flag_key must be the key of a flag.")
    if not isinstance(source, int) or isinstance(source, bool):
        raise BadCopy("from_project must be the id of a project.")
    targets = members.get("target_project_ids")
    if not isinstance(targets, list) or not 0 < len(targets) <= MAX_TARGETS:
        raise BadCopy(f"target_project_ids must be a list of 1 to {MAX_TARGETS} ids of projects.")
    if not all(map(_is_whole, targets)):
        raise BadCopy("target_project_ids must be ids of projects.")
    options = {name: members.get(name, False) for name in _OPTIONS} if with_options else {}
    for name, value in options.items():
        if not isinstance(value, bool):
            raise BadCopy(f"{name} must be true or false.")
    return Wish(key, source, tuple(dict.fromkeys(targets)), **options)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
