"""Turning the gate's answer into a recorded request and the wire's 409."""

import json
from typing import TYPE_CHECKING, ClassVar

from django.http import QueryDict
from rest_framework.response import Response

from api.models import IdempotencyKey
from approvals import services
from approvals.actions import Document
from approvals.gate import ApprovalRequired, PolicyConflict
from approvals.models import ChangeRequest
from approvals.payloads import kept
from approvals.policies import Person, is_approver
from approvals.registry import Target
from approvals.selectors import list_change_requests, may_see
from approvals.serializers import ChangeRequestSerializer
from core.exceptions import APIException, PermissionDenied
from tenants.models import Project
from tenants.selectors import find_access

if TYPE_CHECKING:
    from api.viewsets import ProjectScopedViewSet as _View
else:
    _View = object

REQUIRED, PENDING = "approval_required", "change_request_pending"


class ApprovalHandlingMixin(_View):
    # No docstring: it would become the published description of the resource.
    #
    # The exception has rolled the change back before it comes here, so what is recorded now stays.

    approval_resource: ClassVar[str]

    @property
    def approval_project(self) -> Project:
        # The project whose approvers are asked: where the change happens.
        return self.project

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, PolicyConflict):
            return self.finish_refusal(_conflict_body(exc), status=400)
        if isinstance(exc, ApprovalRequired):
            return self._recorded(exc)
        return super().handle_exception(exc)

    def check_replay(self, answer: IdempotencyKey) -> None:
        super().check_replay(answer)
        if answer.status != 409:
            return
        # What is replayed shows the request, unless it was hidden at the first time already.
        told = json.loads(answer.body)
        shown = told.get("change_request")
        request = ChangeRequest.objects.filter(pk=told["change_request_id"]).first()
        if shown and (request is None or self._document(request) is None):
            raise PermissionDenied("You have no access to the change request any more.")

    def _recorded(self, required: ApprovalRequired) -> Response:
        try:
            request, is_new = services.open_change_request(
                required=required, operation=self._operation()
            )
        except APIException as error:
            # What was to be changed is gone since the attempt was rolled back.
            return super().handle_exception(error)
        return self.finish_refusal(self._body(required, request, is_new), status=409)

    def finish_refusal(self, body: dict[str, object], *, status: int) -> Response:
        response = Response(body, status=status)
        response.exception = True
        return response

    def _operation(self) -> services.AskedOperation:
        pk = self.kwargs.get("pk")
        # A deletion has no body; one that was sent nevertheless was never read.
        data = {} if self.action == "destroy" else self.request.data
        return services.AskedOperation(
            name=f"{self.approval_resource}.{self.action}",
            method=str(self.request.method),
            target=Target(
                project=self.approval_project,
                object_id=None if pk is None else int(pk),
                actor=self.actor,
                now=self.now,
            ),
            data=kept(data),
            is_form=isinstance(data, QueryDict),
        )

    def _body(
        self, required: ApprovalRequired, request: ChangeRequest, is_new: bool
    ) -> dict[str, object]:
        shown = list_change_requests(project=self.approval_project).get(pk=request.pk)
        document = self._document(shown)
        about: Document = {
            "resource_type": shown.resource_type,
            "resource_id": shown.resource_id,
            "change_request_id": str(shown.pk),
        }
        if self.action == "destroy":
            return _body_of_deletion(required, about, document, is_new=is_new)
        message = self._message(required) if is_new else _PENDING_MESSAGE
        return {
            "code": REQUIRED if is_new else PENDING,
            "status": REQUIRED,
            "detail": message,
            "message": message,
            **about,
            **({"change_request": document} if document else {}),
            "required_approvers": required.policy.approver_config if is_new else {},
        }

    def _document(self, request: ChangeRequest) -> dict[str, object] | None:
        """Return the request for nobody in particular, unless it is denied the caller.

        Whoever may vote reads it anew. Somebody else's may show what the caller must not know of.
        """
        project = self.approval_project
        access = find_access(user=self.actor, project=project, resource=self.access_resource)
        if not may_see(request=request, access=access):
            return None
        return ChangeRequestSerializer(request).data

    def _message(self, required: ApprovalRequired) -> str:
        policy = required.policy
        is_among_approvers = is_approver(
            Person(self.actor, policy.organization_id),
            users=policy.approver_config.get("users") or [],
            roles=policy.approver_config.get("roles") or [],
        )
        if is_among_approvers and not policy.allow_self_approve:
            return f"{_REQUIRED_MESSAGE} Others than you must approve it."
        return _REQUIRED_MESSAGE


_REQUIRED_MESSAGE = "The change is recorded as a change request and waits for approval."
_PENDING_MESSAGE = "A change request for this is open already. Wait for its approval."


def _body_of_deletion(
    required: ApprovalRequired,
    about: Document,
    document: Document | None,
    *,
    is_new: bool,
) -> Document:
    # Wire quirk: deletions-answer-otherwise, see docs/quirks.md.
    if not is_new:
        return {
            "code": PENDING,
            "error": _PENDING_MESSAGE,
            "detail": _PENDING_MESSAGE,
            **about,
            **({"existing_change_request": document} if document else {}),
        }
    return {
        "code": REQUIRED,
        "status": REQUIRED,
        "detail": _REQUIRED_MESSAGE,
        "message": _REQUIRED_MESSAGE,
        **about,
        "change_request": document,
        "required_approvers": required.policy.approver_config,
    }


def _conflict_body(conflict: PolicyConflict) -> dict[str, object]:
    return {
        "code": "policy_conflict",
        "error": str(conflict),
        "detail": str(conflict),
        "conflicting_policies": [
            {"id": str(policy.pk), "name": str(policy), "action_key": policy.action_key}
            for policy in conflict.conflicting
        ],
        "guidance": "Send the parts as separate requests, one for each policy.",
    }
