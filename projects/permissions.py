"""Who may: only members reach an organization and its projects, and not all may do everything."""

from django.db.models import Model
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from core.exceptions import PermissionDenied
from projects.access import Access
from projects.levels import PROJECT, ladder_of
from projects.models import Membership, Organization
from users.models import PersonalAPIKey
from users.permissions import is_reading


class ProjectMembershipPermission(BasePermission):
    def has_permission(self, request: Request, view: APIView) -> bool:
        if not view.access.is_inside:
            raise PermissionDenied("You have no access to this project.")
        check_key(request, membership=view.membership, organization=view.project.organization)
        return True


class AccessLevelPermission(BasePermission):
    # Stands behind the membership permission, which has refused everyone who is not inside.

    def has_permission(self, request: Request, view: APIView) -> bool:
        is_settled_by_objects = (
            (view.detail and not view.is_copying)
            or (view.is_list and view.has_object_rules)
            or view.asks_of_each
        )
        if view.access_resource != PROJECT and not is_settled_by_objects:
            check_level(view.access, view.access_resource, wanted=_wanted(request, view))
        return True

    def has_object_permission(self, request: Request, view: APIView, obj: Model) -> bool:
        if view.access_resource != PROJECT:
            check_level(view.access, view.access_resource, obj, wanted=_wanted(request, view))
        return True


def check_level(access: Access, resource: str, row: Model | None = None, *, wanted: str) -> None:
    """Check the level for an object, or without one for all things of a kind.

    :raises PermissionDenied: when it is below the wanted one.
    """
    if not access.reaches(wanted, resource, row):
        raise PermissionDenied(f"You do not have {wanted} access to this resource.")


def _wanted(request: Request, view: APIView) -> str:
    ladder = ladder_of(view.access_resource)
    return ladder.reading if is_reading(view, request.method or "") else ladder.writing


class OrganizationMembershipPermission(BasePermission):
    def has_permission(self, request: Request, view: APIView) -> bool:
        if view.membership is None:
            raise PermissionDenied("You do not belong to this organization.")
        check_key(request, membership=view.membership, organization=view.organization)
        return True


class AdminWritePermission(BasePermission):
    # Stands behind a membership permission, which has refused everyone without one.

    def has_permission(self, request: Request, view: APIView) -> bool:
        if request.method not in SAFE_METHODS and not view.membership.is_admin:
            raise PermissionDenied("Only admins of the organization may change this.")
        return True


def check_key(request: Request, *, membership: Membership, organization: Organization) -> None:
    """Check that the organization lets this member use keys at all; admins always may.

    :raises PermissionDenied: when it does not.
    """
    if not isinstance(request.auth, PersonalAPIKey) or membership.is_admin:
        return
    if not organization.members_can_use_personal_api_keys:
        raise PermissionDenied(
            f"Organization '{organization.name}' does not allow personal API keys. Ask an admin."
        )
