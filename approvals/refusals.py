"""The 409 of a change that waits for approval."""

from approvals.gated_change import Document
from approvals.models import ApprovalPolicy, ChangeRequest
from core.exceptions import OwnBody

REQUIRED, PENDING = "approval_required", "change_request_pending"
_REQUIRED_MESSAGE = "The change is recorded as a change request and waits for approval."
_PENDING_MESSAGE = "A change request for this is open already. Wait for its approval."


class WaitsForApproval(OwnBody, Exception):
    """Raised when a change is recorded as a change request, or waits for one that is open."""

    status_code = 409

    def __init__(
        self,
        policy: ApprovalPolicy,
        request: ChangeRequest,
        *,
        document: Document | None,
        is_new: bool,
        may_approve: bool,
        is_deletion: bool,
    ) -> None:
        super().__init__(_REQUIRED_MESSAGE if is_new else _PENDING_MESSAGE)
        self._policy, self._request, self._document = policy, request, document
        self._is_new, self._may_approve, self._is_deletion = is_new, may_approve, is_deletion

    def as_response(self) -> Document:
        return self._of_a_deletion() if self._is_deletion else self._of_a_change()

    def _of_a_change(self) -> Document:
        message = self._message()
        return {
            "code": REQUIRED if self._is_new else PENDING,
            "status": REQUIRED,
            "detail": message,
            "message": message,
            **self._about(),
            **self._shown("change_request"),
            "required_approvers": self._policy.approver_config if self._is_new else {},
        }

    def _of_a_deletion(self) -> Document:
        # Wire quirk: deletions-answer-otherwise, see docs/quirks.md.
        if not self._is_new:
            return {
                "code": PENDING,
                "error": str(self),
                "detail": str(self),
                **self._about(),
                **self._shown("existing_change_request"),
            }
        return {
            "code": REQUIRED,
            "status": REQUIRED,
            "detail": str(self),
            "message": str(self),
            **self._about(),
            "change_request": self._document,
            "required_approvers": self._policy.approver_config,
        }

    def _about(self) -> Document:
        return {
            "resource_type": self._request.resource_type,
            "resource_id": self._request.resource_id,
            "change_request_id": str(self._request.pk),
        }

    def _shown(self, member: str) -> Document:
        return {member: self._document} if self._document else {}

    def _message(self) -> str:
        if self._is_new and self._may_approve and not self._policy.allow_self_approve:
            return f"{self} Others than you must approve it."
        return str(self)
