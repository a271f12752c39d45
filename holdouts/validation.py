"""What the filters of a holdout must be; the field that is checked names itself."""

from collections.abc import Sequence

from core.exceptions import RuleBroken

# Wire quirk: arrays-are-bounded, see docs/quirks.md.
MAX_GROUPS = 1000


class InvalidHoldoutFilters(RuleBroken):
    """Raised for groups that cannot say whom a holdout keeps out."""

    default_detail = "filters must be a list of groups with a rollout_percentage each."


def check_groups(groups: object) -> None:
    """Check that every group says which share of people it keeps out, and of whom.

    :raises InvalidHoldoutFilters: when one does not, or when there is none.
    """
    if not isinstance(groups, Sequence) or isinstance(groups, str):
        raise InvalidHoldoutFilters
    if not groups:
        raise InvalidHoldoutFilters("filters need at least one group.")
    if len(groups) > MAX_GROUPS:
        raise InvalidHoldoutFilters(f"filters have at most {MAX_GROUPS} groups.")
    for group in groups:
        if not isinstance(group, dict):
            raise InvalidHoldoutFilters
        _check_percentage(group.get("rollout_percentage"))
        _check_properties(group.get("properties", []))


def _check_percentage(percentage: object) -> None:
    if percentage is None:
        raise InvalidHoldoutFilters("Every group needs a rollout_percentage.")
    if isinstance(percentage, bool) or not isinstance(percentage, int | float):
        raise InvalidHoldoutFilters("rollout_percentage must be a number.")
    if not 0 <= percentage <= 100:
        raise InvalidHoldoutFilters("rollout_percentage must be between 0 and 100.")


def _check_properties(properties: object) -> None:
    if not isinstance(properties, list) or not all(isinstance(part, dict) for part in properties):
        raise InvalidHoldoutFilters("The properties of a group must be a list of objects.")
