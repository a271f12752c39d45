"""Who may read access rules, and who may write them."""

from typing import Any

from django.db.models import Model
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from api.permissions import check_level
from core.exceptions import PermissionDenied
from tenants.levels import scale_of


class RulePermission(BasePermission):
    # Stands behind the membership permission, which has refused everyone who is not inside.

    def has_object_permission(self, request: Request, view: Any, obj: Model) -> bool:
        scale = scale_of(view.access_resource)
        check_level(view.access, view.access_resource, obj, wanted=scale.reading)
        if request.method not in SAFE_METHODS and not view.access.can_manage_access(
            view.access_resource, obj
        ):
            raise PermissionDenied(f"You do not have {scale.highest} access to this resource.")
        return True
