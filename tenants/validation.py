"""Rules about access rules that need no rows."""

from core.exceptions import RuleBroken
from tenants.levels import RULED_KINDS, scale_of


def check_kind(resource: str | None, resource_id: str | None) -> None:
    """Check what a rule about all things of a kind says it is about.

    :raises RuleBroken: with attr `resource` or `resource_id`.
    """
    if resource is None:
        raise RuleBroken("This field is required.", attr="resource", code="required")
    if resource not in RULED_KINDS:
        raise RuleBroken(
            f"Choose one of {', '.join(RULED_KINDS)}.", attr="resource", code="invalid_choice"
        )
    if resource_id is not None:
        raise RuleBroken(
            "These rules are about all things of a kind. Those about one are at its own address.",
            attr="resource_id",
        )


def check_place(change: dict[str, object], *, resource: str, resource_id: str) -> None:
    """Check that what a rule says it is about, if it does, is what its address is about.

    :raises RuleBroken: with attr `resource` or `resource_id`.
    """
    for attr, value in (("resource", resource), ("resource_id", resource_id)):
        if change.get(attr, value) != value:
            raise RuleBroken(f"At this address it is {value}. It may be left out.", attr=attr)


def check_level(level: str | None, *, resource: str) -> None:
    """Check that things of this kind know the level; null takes a rule away.

    :raises RuleBroken: with attr `access_level`.
    """
    known = scale_of(resource).levels
    if level is not None and level not in known:
        raise RuleBroken(
            f"Choose one of {', '.join(known)}, or null.",
            attr="access_level",
            code="invalid_choice",
        )
