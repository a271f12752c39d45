"""Who may change an organization, and who belongs to it."""

from collections.abc import Collection
from typing import Any

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from api.permissions import ScopeMissing, check_key
from core.exceptions import PermissionDenied
from tenants.levels import PROJECT
from tenants.models import Membership
from users.models import PersonalAPIKey
from users.scopes import first_missing


class OwnOrganizationPermission(BasePermission):
    # Members may read their organization, admins change it, owners delete it.

    def has_permission(self, request: Request, view: Any) -> bool:
        if view.detail:
            check_key(request.auth, membership=view.membership, organization=view.organization)
        if request.method in SAFE_METHODS:
            return True
        if not view.detail:
            if view.organization_ids:
                raise PermissionDenied("API keys scoped to organizations cannot make new ones.")
            return True
        needed = Membership.Level.OWNER if view.action == "destroy" else Membership.Level.ADMIN
        if view.membership.level < needed:
            raise PermissionDenied(f"Only an {needed.label.lower()} may do this.")
        return True


class MemberWritePermission(BasePermission):
    # Admins change and remove members; everyone may leave. Stands behind a membership permission.

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.method in SAFE_METHODS or view.membership.is_admin:
            return True
        if view.action == "destroy" and view.is_about_the_caller:
            return True
        raise PermissionDenied("Only admins of the organization may change this.")


class OwnProjectPermission(BasePermission):
    # Members may read their projects. Admins of the organization may do everything, and whom a
    # rule makes an admin of one project may change that.

    def has_permission(self, request: Request, view: Any) -> bool:
        if view.detail:
            organization = view.project.organization
            check_key(request.auth, membership=view.membership, organization=organization)
        if request.method in SAFE_METHODS or view.action is None or self._may_write(view):
            return True
        raise PermissionDenied("Only admins may change this.")

    def _may_write(self, view: Any) -> bool:
        if view.action in ("update", "partial_update"):
            return bool(view.access.can_manage_access(PROJECT, view.project))
        return bool(view.membership.is_admin)


class ProjectAdminPermission(BasePermission):
    # Stands behind the membership permission, which has refused everyone who is not inside.

    def has_permission(self, request: Request, view: Any) -> bool:
        if view.access.can_manage_access(PROJECT, view.project):
            return True
        raise PermissionDenied("Only admins of the project may do this.")


def check_grantable(key: object, *, scopes: Collection[str]) -> None:
    """Check that a personal API key, if it is one that asks, has the scopes that it hands on.

    :raises ScopeMissing: when it lacks one.
    """
    if isinstance(key, PersonalAPIKey) and (
        missing := first_missing(granted=key.scopes or [], required=scopes)
    ):
        raise ScopeMissing(missing)
