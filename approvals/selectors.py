"""Looking up policies and change requests, and what a person may do with a request."""

from uuid import UUID

from django.db.models import Prefetch, QuerySet

from approvals.models import Approval, ApprovalPolicy, ChangeRequest
from approvals.policies import is_approver
from core.exceptions import NotFound
from core.transactions import require_transaction
from projects.models import Project
from users.models import User


def list_policies(*, project: Project) -> QuerySet[ApprovalPolicy]:
    """Return the project's own policies, newest first."""
    return (
        ApprovalPolicy.objects.filter(project=project)
        .select_related("created_by")
        .prefetch_related("bypass_roles")
        .order_by("-created_at", "-id")
    )


def list_change_requests(*, project: Project) -> QuerySet[ChangeRequest]:
    """Return the project's change requests with their votes, newest first."""
    votes = Approval.objects.select_related("created_by").order_by("created_at", "id")
    return (
        ChangeRequest.objects.filter(project=project)
        .select_related("created_by", "applied_by", "project")
        .prefetch_related(Prefetch("approvals", queryset=votes))
        .order_by("-created_at", "-id")
    )


def lock_change_request(*, project: Project, request_id: UUID) -> ChangeRequest:
    """Lock a change request and return it as it is now.

    :raises NotFound: when the project has none with this id.
    """
    require_transaction()
    requests = ChangeRequest.objects.filter(project=project).select_related("project", "created_by")
    request = requests.select_for_update(of=("self",)).filter(pk=request_id).first()
    if request is None:
        raise NotFound
    return request


def is_requester(*, request: ChangeRequest, user: User) -> bool:
    """Tell whether the person asked for this."""
    return request.created_by_id == user.pk


def can_approve(*, request: ChangeRequest, user: User) -> bool:
    """Tell whether the person is among those who may vote, whatever the request's state."""
    rules = request.policy_snapshot
    if is_requester(request=request, user=user) and not rules["allow_self_approve"]:
        return False
    return is_approver(
        users=rules["users"],
        roles=rules["roles"],
        actor=user,
        organization_id=request.project.organization_id,
    )


def can_cancel(*, request: ChangeRequest, user: User) -> bool:
    """Tell whether the person may take the request back: nobody agreed yet, or it is stale."""
    if request.state != request.State.PENDING or not is_requester(request=request, user=user):
        return False
    is_stale = request.validation_status == request.Validation.STALE
    votes = request.approvals.all()
    return is_stale or all(vote.decision != Approval.Decision.APPROVED for vote in votes)


def decision_of(*, request: ChangeRequest, user: User) -> str | None:
    """Return how the person voted, or None when they did not."""
    votes = (vote for vote in request.approvals.all() if vote.created_by_id == user.pk)
    return next((vote.decision for vote in votes), None)
