"""Which flags a copy depends on in the target project."""

from typing import TypedDict

from organization_flags.selectors import find_projects, visible_flags_of_keys
from organization_flags.services.source import find_source
from organization_flags.validation import Wish
from tenants.models import Organization
from users.models import User


class Requirements(TypedDict):
    """What would be copied with a flag, what is there already, and what is in the way."""

    can_copy_dependencies: bool
    dependency_count: int
    copied_dependency_keys: list[str]
    reused_dependency_keys: list[str]
    warnings: list[str]
    reason: str


def requirements_of(*, wish: Wish, organization: Organization, actor: User) -> Requirements:
    """Return what copying a flag would mean for those that it depends on; nothing is changed.

    :raises BadCopy: when there is no such flag.
    :raises CopyDenied: when the actor may not edit it.
    """
    source = find_source(wish=wish, organization=organization, actor=actor)
    keys = sorted(flag.key for flag in source.needed.values())
    missing, off = set[str](), set[str]()
    warnings: list[str] = []
    projects = find_projects(user=actor, organization=organization, project_ids=wish.targets)
    there = visible_flags_of_keys(user=actor, project_ids=projects, keys=keys)
    for project_id in wish.targets:
        if project_id not in projects:
            warnings.append(f"There is no project {project_id} that you have access to.")
            continue
        found = {key: there.get((project_id, key)) for key in keys}
        missing |= {key for key, flag in found.items() if flag is None}
        for key in (key for key, flag in found.items() if flag is not None and not flag.active):
            warnings.append(f"The feature flag '{key}' is off in project {project_id}.")
            off.add(key)
    copied = sorted(missing)
    return Requirements(
        can_copy_dependencies=bool(copied) and not warnings,
        dependency_count=len(keys),
        copied_dependency_keys=copied,
        reused_dependency_keys=[key for key in keys if key not in missing and key not in off],
        warnings=warnings,
        reason=_reason(keys, copied, warnings),
    )


def _reason(keys: list[str], copied: list[str], warnings: list[str]) -> str:
    if not keys:
        return "The feature flag depends on no other."
    if warnings:
        return "Something is in the way: see warnings."
    if not copied:
        return "All flags that it depends on are there and on."
    return "The missing flags can be copied with it."
