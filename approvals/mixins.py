"""Records a change request when the gate refuses a change, and renders the 409."""

import json
from typing import TYPE_CHECKING, ClassVar

from django.http import QueryDict
from rest_framework.response import Response

from api.models import IdempotencyKey
from approvals import services
from approvals.gate import ApprovalRequired
from approvals.models import ApprovalPolicy, ChangeRequest
from approvals.payloads import kept
from approvals.policies import Person, is_approver
from approvals.refusals import WaitsForApproval
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


class ApprovalHandlingMixin(_View):
    # No docstring: it would become the published description of the resource.

    approval_resource: ClassVar[str]
    # Whether the action reads nothing of a body.
    ignores_body: ClassVar[bool] = False

    @property
    def approval_project(self) -> Project:
        # The project whose approvers are asked: where the change happens.
        return self.project

    def handle_exception(self, exc: Exception) -> Response:
        # Recorded here, after the exception has rolled the change back.
        return super().handle_exception(
            self._recorded(exc) if isinstance(exc, ApprovalRequired) else exc
        )

    def check_replay(self, answer: IdempotencyKey) -> None:
        super().check_replay(answer)
        if answer.status != 409:
            return
        # What is replayed shows the request, unless it was hidden at the first time already.
        told = json.loads(answer.body)
        shown = told.get("change_request")
        request = ChangeRequest.objects.filter(pk=told["change_request_id"]).first()
        document = request and self._document(request)
        if shown and (not document or document["intent"] != shown["intent"]):
            raise PermissionDenied("You have no access to the change request any more.")

    def _recorded(self, required: ApprovalRequired) -> Exception:
        try:
            request, is_new = services.open_change_request(
                required=required, operation=self._operation()
            )
        except APIException as error:
            # What was to be changed is gone since the attempt was rolled back.
            return error
        return self._waiting(required.policy, request, is_new=is_new)

    def _waiting(
        self, policy: ApprovalPolicy, request: ChangeRequest, *, is_new: bool
    ) -> WaitsForApproval:
        shown = list_change_requests(project=self.approval_project).get(pk=request.pk)
        return WaitsForApproval(
            policy,
            shown,
            document=self._document(shown),
            is_new=is_new,
            may_approve=is_new and self._is_approver(policy),
            is_deletion=self.action == "destroy",
        )

    def _operation(self) -> services.AskedOperation:
        # A deletion has no body; one that was sent nevertheless was never read.
        is_read = self.action != "destroy" and not self.ignores_body
        data = self.request.data if is_read else {}
        return services.AskedOperation(
            name=f"{self.approval_resource}.{self.action}",
            method=str(self.request.method),
            target=self._target(),
            data=kept(data),
            is_form=isinstance(data, QueryDict),
        )

    def _target(self) -> Target:
        pk = self.kwargs.get("pk")
        return Target(
            project=self.approval_project,
            object_id=None if pk is None else int(pk),
            actor=self.actor,
            now=self.now,
        )

    def _document(self, request: ChangeRequest) -> dict[str, object] | None:
        """Return the request for nobody in particular, unless it is denied the caller.

        Whoever may vote reads it anew. Somebody else's may show what the caller must not know of.
        """
        project = self.approval_project
        access = find_access(user=self.actor, project=project, resource=self.access_resource)
        if not may_see(request=request, access=access):
            return None
        return ChangeRequestSerializer(request, context={"access": access}).data

    def _is_approver(self, policy: ApprovalPolicy) -> bool:
        return is_approver(
            Person(self.actor, policy.organization_id),
            users=policy.approver_config.get("users") or [],
            roles=policy.approver_config.get("roles") or [],
        )
