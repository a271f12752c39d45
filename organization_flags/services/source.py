"""The flag that is copied, with all that it depends on."""

from dataclasses import dataclass, field

from core.exceptions import RuleBroken
from feature_flags.models import FeatureFlag
from feature_flags.selectors import needed_by
from organization_flags.selectors import find_project, find_visible_flag, flags_of_ids
from organization_flags.validation import BadCopy, CopyDenied, Wish
from tenants.levels import FEATURE_FLAG, scale_of
from tenants.models import Organization
from tenants.selectors import find_access
from users.models import User

# Copies of more than that would hold locks for too long.
MAX_DEPENDENCIES = 50


@dataclass(frozen=True)
class Source:
    """A flag, and the flags that it needs, directly or not, by id."""

    flag: FeatureFlag
    needed: dict[int, FeatureFlag] = field(default_factory=dict)


def find_source(*, wish: Wish, organization: Organization, actor: User) -> Source:
    """Return the flag that shall be copied.

    :raises BadCopy: when there is none that the actor may know of, or it needs too many others.
    :raises CopyDenied: when the actor may not edit it.
    """
    project = find_project(user=actor, organization=organization, project_id=wish.from_project)
    if project is None:
        raise BadCopy("There is no project with the id from_project that you have access to.")
    access = find_access(user=actor, project=project, resource=FEATURE_FLAG)
    flag = find_visible_flag(project=project, access=access, key=wish.key)
    if flag is None:
        raise BadCopy("There is no feature flag with this key in from_project.")
    if not access.may_write(FEATURE_FLAG, flag):
        raise CopyDenied
    needed: dict[int, FeatureFlag] = {}
    edge = needed_by([flag.pk])
    while edge:
        needed |= flags_of_ids(project=project, ids=edge)
        if len(needed) > MAX_DEPENDENCIES:
            raise BadCopy(f"This feature flag depends on more than {MAX_DEPENDENCIES} others.")
        edge = needed_by(edge) - needed.keys()
    for each in needed.values():
        if not access.reaches(scale_of(FEATURE_FLAG).reading, FEATURE_FLAG, each):
            raise CopyDenied("This feature flag depends on one that you have no access to.")
    return Source(flag, needed)


class MissingDependency(RuleBroken):
    """Raised when a copy would depend on a flag that its project lacks, or has switched off."""
