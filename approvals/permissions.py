"""Who may vote on a change request, and who may take it back."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from approvals.models import ChangeRequest
from approvals.policies import Person
from approvals.selectors import can_approve, can_cancel
from core.exceptions import PermissionDenied


class VoterPermission(BasePermission):
    def has_object_permission(self, request: Request, view: Any, obj: ChangeRequest) -> bool:
        if obj.state != obj.State.PENDING:
            raise PermissionDenied(f"The change request is {obj.state}, not pending.")
        person = Person(view.actor, view.project.organization_id)
        if not can_approve(request=obj, person=person):
            raise PermissionDenied("You are not among those who may vote on this change request.")
        return True


class RequesterPermission(BasePermission):
    def has_object_permission(self, request: Request, view: Any, obj: ChangeRequest) -> bool:
        if not can_cancel(request=obj, user=view.actor, now=view.now):
            raise PermissionDenied(
                "Only the requester can cancel, while it is pending and nobody has approved it."
            )
        return True
