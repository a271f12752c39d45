"""Who may copy an experiment where."""

from core.exceptions import NotFound, PermissionDenied
from projects.models import Project
from projects.selectors import find_membership
from users.models import PersonalAPIKey, User


def copy_target(*, project: Project, project_id: int, actor: User, key: object) -> Project:
    """Return the project a copy shall go to.

    :raises NotFound: when the organization has no such project.
    :raises PermissionDenied: when the actor, or the key they act with, has no access to it.
    """
    found = Project.objects.filter(organization_id=project.organization_id, pk=project_id).first()
    if found is None:
        raise NotFound("The target project is not one of this organization.")
    is_restricted = isinstance(key, PersonalAPIKey) and key.scoped_teams
    if (is_restricted and found.pk not in key.scoped_teams) or (
        find_membership(user=actor, project=found) is None
    ):
        raise PermissionDenied("You have no access to the target project.")
    return found
