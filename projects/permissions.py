"""Membership: only people of the organization reach it and its projects."""

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from core.exceptions import PermissionDenied


class ProjectMembershipPermission(BasePermission):
    def has_permission(self, request: Request, view: APIView) -> bool:
        if view.membership is None:
            raise PermissionDenied("You have no access to this project.")
        return True


class OrganizationMembershipPermission(BasePermission):
    def has_permission(self, request: Request, view: APIView) -> bool:
        if view.membership is None:
            raise PermissionDenied("You do not belong to this organization.")
        return True


class AdminWritePermission(BasePermission):
    # Stands behind a membership permission, which has refused everyone without one.

    def has_permission(self, request: Request, view: APIView) -> bool:
        if request.method not in SAFE_METHODS and not view.membership.is_admin:
            raise PermissionDenied("Only admins of the organization may change this.")
        return True
