"""Membership: only people of the organization reach its projects."""

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from core.exceptions import PermissionDenied
from projects.models import Membership


class ProjectMembershipPermission(BasePermission):
    def has_permission(self, request: Request, view: APIView) -> bool:
        if view.membership is None:
            raise PermissionDenied("You have no access to this project.")
        return True


def access_level(*, membership: Membership | None, user_id: int, creator_id: int | None) -> str:
    """Return what the user may do with an object, as the wire names it."""
    if creator_id == user_id or (membership is not None and membership.is_admin):
        return "manager"
    return "editor"
