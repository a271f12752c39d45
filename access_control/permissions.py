"""Who may read access rules, and who may write them."""

from django.db.models import Model
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from core.exceptions import PermissionDenied
from projects.levels import ladder_of
from projects.permissions import check_level


class RulePermission(BasePermission):
    # Stands behind the membership permission, which has refused everyone who is not inside.

    def has_object_permission(self, request: Request, view: APIView, obj: Model) -> bool:
        ladder = ladder_of(view.access_resource)
        check_level(view.access, view.access_resource, obj, wanted=ladder.reading)
        if request.method not in SAFE_METHODS and not view.access.may_rule(
            view.access_resource, obj
        ):
            raise PermissionDenied(f"You do not have {ladder.highest} access to this resource.")
        return True
