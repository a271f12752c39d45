"""What a policy must say; the field that is checked names itself."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import TypeGuard
from uuid import UUID

from core.exceptions import RuleBroken

MIN_LIFETIME, MAX_LIFETIME = timedelta(seconds=1), timedelta(days=3650)


def check_action_key(key: str, *, known: Collection[str]) -> str:
    """Return the key when something asks about it.

    :raises RuleBroken: when nothing does: such a policy would never be asked.
    """
    # Wire quirk: policies-are-enforced, see docs/quirks.md.
    if key not in known:
        raise RuleBroken(f"No change asks for '{key}'. Choose one of {', '.join(known)}.")
    return key


def check_approver_config(config: dict[str, object]) -> dict[str, object]:
    """Return the configuration when its approvers can be counted and found.

    :raises RuleBroken: for the first thing that is wrong.
    """
    quorum = config.get("quorum", 0)
    if not _is_whole(quorum) or quorum < 1:
        raise RuleBroken("quorum must be a whole number of at least 1.")
    users, roles = config.get("users") or [], config.get("roles") or []
    if not isinstance(users, list) or not all(_is_whole(user) for user in users):
        raise RuleBroken("users must be a list of user ids.")
    if not isinstance(roles, list):
        raise RuleBroken("roles must be a list of role ids.")
    # As the ids of roles are spelled with which they are compared.
    return config if not roles else {**config, "roles": [_role_id(role) for role in roles]}


def check_conditions(conditions: Mapping[str, object]) -> Mapping[str, object]:
    """Return the conditions when their value can be compared with a share.

    :raises RuleBroken: when the value is neither a number nor a boolean.
    """
    value = conditions.get("value")
    if value is not None and not isinstance(value, int | float):
        raise RuleBroken("value must be a number, such as 50.")
    return conditions


def membership_levels(levels: Sequence[object]) -> list[int]:
    """Return the levels as numbers.

    :raises RuleBroken: when one is no whole number and no text that spells one.
    """
    numbers = []
    for level in levels:
        if not (_is_whole(level) or _spells_level(level)):
            raise RuleBroken("Membership levels must be whole numbers: 1, 8 or 15.")
        numbers.append(int(level))
    return numbers


def check_lifetime(lifetime: timedelta) -> timedelta:
    """Return the lifetime of requests when one can be open for so long.

    :raises RuleBroken: when it is too short or too long.
    """
    if not MIN_LIFETIME <= lifetime <= MAX_LIFETIME:
        raise RuleBroken(f"expires_after must be from 1 second to {MAX_LIFETIME.days} days.")
    return lifetime


def _role_id(role: object) -> str:
    try:
        return str(UUID(role if isinstance(role, str) else ""))
    except ValueError:
        raise RuleBroken("roles must be a list of role ids, such as /roles/ lists.") from None


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _spells_level(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= 3
