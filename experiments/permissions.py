"""Who may copy an experiment where, and who may switch its flag off."""

from api.permissions import check_key_in_project, check_level
from core.exceptions import NotFound, PermissionDenied
from tenants.levels import EXPERIMENT, scale_of
from tenants.models import Project
from tenants.selectors import find_access
from users.models import PersonalAPIKey, User


def check_may_write_flags(*, key: object, project: Project) -> None:
    """Check that a key, if one is used, may change flags and not experiments alone.

    :raises PermissionDenied: when it may not.
    """
    if isinstance(key, PersonalAPIKey):
        check_key_in_project(key, project=project, scope="feature_flag:write")


def copy_target(*, project: Project, project_id: int, actor: User, key: object) -> Project:
    """Return the project a copy shall go to.

    :raises NotFound: when the organization has no such project.
    :raises PermissionDenied: when the actor, or the key they act with, has no access to it, or the
        actor may not make experiments there.
    """
    found = Project.objects.filter(organization_id=project.organization_id, pk=project_id).first()
    if found is None:
        raise NotFound("The target project is not one of this organization.")
    allowed = key.scoped_teams if isinstance(key, PersonalAPIKey) else None
    access = find_access(user=actor, project=found, resource=EXPERIMENT)
    if (allowed and found.pk not in allowed) or not access.is_inside:
        raise PermissionDenied("You have no access to the target project.")
    check_level(access, EXPERIMENT, wanted=scale_of(EXPERIMENT).writing)
    return found
