"""Looking up policies and change requests, and what a person may do with a request."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from approvals.models import Approval, ApprovalPolicy, ChangeRequest, WebhookEndpoint
from approvals.policies import Person, is_approver
from approvals.registry import Kind, kinds
from core.db.locking import lock_row
from core.db.transactions import require_transaction
from core.exceptions import RuleBroken
from core.http.query_text import is_id, searchable, spells_number
from tenants.access import Access
from tenants.models import Project, Role
from users.models import User

_EXACT = ("action_key", "resource_type", "resource_id")


def list_policies(
    *, project: Project | None, parameters: Mapping[str, str] | None = None
) -> QuerySet[ApprovalPolicy]:
    """Return those of the project's own policies that a URL asks for, newest first.

    Without a project, those of whole organizations.
    """
    parameters = parameters or {}
    found = ApprovalPolicy.objects.filter(project=project)
    if parameters.get("action_key"):
        found = found.filter(action_key=searchable(parameters["action_key"]))
    if "enabled" in parameters:
        found = found.filter(enabled=parameters["enabled"].lower() == "true")
    return (
        found.select_related("created_by")
        .prefetch_related(Prefetch("bypass_roles", queryset=Role.objects.order_by("id")))
        .order_by("-created_at", "-id")
    )


def lock_policy(*, policy: ApprovalPolicy) -> ApprovalPolicy:
    """Lock a policy of a project and return it as it is now.

    :raises ETagMismatch: when the client expects another state of it.
    :raises NotFound: when it was deleted meanwhile.
    """
    return lock_row(list_policies(project=policy.project), policy.pk)


def list_change_requests(
    *, project: Project, parameters: Mapping[str, str] | None = None, now: datetime | None = None
) -> QuerySet[ChangeRequest]:
    """Return the project's change requests that a URL asks for with their votes, newest first.

    :raises RuleBroken: when `requester` is no id.
    """
    votes = Approval.objects.select_related("created_by").order_by("created_at", "id")
    return (
        _asked_for(ChangeRequest.objects.filter(project=project), parameters or {}, now)
        .select_related("created_by", "applied_by", "project")
        .prefetch_related(Prefetch("approvals", queryset=votes))
        .order_by("-created_at", "-id")
    )


def list_visible_requests(
    *, project: Project, access: Access, parameters: Mapping[str, str], now: datetime
) -> QuerySet[ChangeRequest]:
    """Return those of the change requests that the reader may know of, newest first.

    :raises RuleBroken: when `requester` is no id.
    """
    found = list_change_requests(project=project, parameters=parameters, now=now)
    return _visible(found, access=access)


def may_see(*, request: ChangeRequest, access: Access) -> bool:
    """Tell whether someone may know of what a request is about."""
    requests = ChangeRequest.objects.filter(project=request.project_id, pk=request.pk)
    return access.is_inside and _visible(requests, access=access).exists()


def hidden_of(*, access: Access, resource: str) -> Callable[[object], bool]:
    """Return what tells by an id whether a thing that requests are about is denied someone."""
    found = next(kind for kind in kinds() if kind.resource == resource)
    ids, is_all_but = _hidden_ids(found, access)
    return lambda pk: (str(pk) in ids) is not is_all_but


def lock_change_request(*, project: Project, request_id: UUID) -> ChangeRequest:
    """Lock a change request and return it as it is now.

    :raises ETagMismatch: when the client votes on it and expects another state.
    :raises NotFound: when the project has none with this id.
    """
    requests = ChangeRequest.objects.filter(project=project).select_related("project", "created_by")
    return lock_row(requests, request_id)


def lock_request(*, request_id: UUID, now: datetime) -> ChangeRequest:
    """Lock a change request that something is bound to, in the state that it has now."""
    require_transaction()
    requests = ChangeRequest.objects.select_related("project", "created_by")
    request = requests.select_for_update(of=("self",)).get(pk=request_id)
    request.state = request.state_at(now)
    return request


def is_requester(*, request: ChangeRequest, user: User) -> bool:
    """Tell whether the person asked for this."""
    return request.created_by_id == user.pk


def can_approve(*, request: ChangeRequest, person: Person) -> bool:
    """Tell whether the person is among those who may vote, whatever the request's state."""
    rules = request.policy_snapshot
    if is_requester(request=request, user=person.user) and not rules["allow_self_approve"]:
        return False
    return is_approver(person, users=rules["users"], roles=rules["roles"])


def can_cancel(*, request: ChangeRequest, user: User, now: datetime) -> bool:
    """Tell whether the person may take the request back: nobody agreed yet, or it is stale."""
    if not is_requester(request=request, user=user):
        return False
    if request.state_at(now) != request.State.PENDING:
        return False
    is_stale = request.validation_status == request.Validation.STALE
    votes = request.approvals.all()
    return is_stale or all(vote.decision != Approval.Decision.APPROVED for vote in votes)


def decision_of(*, request: ChangeRequest, user: User) -> str | None:
    """Return how the person voted, or None when they did not."""
    votes = (vote for vote in request.approvals.all() if vote.created_by_id == user.pk)
    return next((vote.decision for vote in votes), None)


def _asked_for(
    found: QuerySet[ChangeRequest], parameters: Mapping[str, str], now: datetime | None
) -> QuerySet[ChangeRequest]:
    for name in _EXACT:
        if parameters.get(name):
            found = found.filter(**{name: searchable(parameters[name])})
    if parameters.get("state"):
        states = searchable(parameters["state"]).split(",")
        found = found.filter(_is_in(states, now or timezone.now()))
    requester = parameters.get("requester")
    if not requester:
        return found
    if not spells_number(requester):
        raise RuleBroken("requester must be the id of a user.", attr="requester")
    if not is_id(requester):
        return found.none()
    return found.filter(created_by_id=int(requester))


def _is_in(states: Collection[str], now: datetime) -> Q:
    is_overdue = Q(state__in=ChangeRequest.OPEN_STATES, expires_at__lte=now)
    is_in = Q(state__in=states) & ~is_overdue
    return is_in | is_overdue if ChangeRequest.State.EXPIRED in states else is_in


def find_webhook(*, project_id: int) -> WebhookEndpoint | None:
    """Return where the project's notifications are posted."""
    return WebhookEndpoint.objects.filter(project=project_id).first()


def lock_webhooks() -> list[WebhookEndpoint]:
    """Lock the webhooks of all projects."""
    require_transaction()
    return list(WebhookEndpoint.objects.order_by("pk").select_for_update())


def _visible(requests: QuerySet[ChangeRequest], *, access: Access) -> QuerySet[ChangeRequest]:
    """Return the requests without those that show a thing that is denied the reader.

    A request shows what it is about and what its operation was called on, such as a flag and an
    experiment. What the reader asked for themselves is theirs to see.
    """
    access.prepare(kind.resource for kind in kinds())
    denied = [_denied(kind, access) for kind in kinds() if access.hides_any(kind.resource)]
    if not denied:
        return requests
    # By id: what a request lacks, such as the id of what it shall make, is neither in nor out.
    ids = _requests(access).filter(reduce(or_, denied)).values("pk")
    return requests.filter(Q(created_by=access.user_id) | ~Q(pk__in=ids))


def _denied(kind: Kind, access: Access) -> Q:
    """Return the condition under which a request shows something of a kind that is denied."""
    ids, is_all_but = _hidden_ids(kind, access)
    if not is_all_but:
        return _about(kind, ids) | _called_on(kind, ids)
    called_on_shown = _requests(access).filter(_called_on(kind, ids)).values("pk")
    return (
        Q(subject__startswith=f"{kind.resource}_key:")
        | (Q(subject__startswith=f"{kind.resource}:") & ~_about(kind, ids))
        | (Q(operation__name__startswith=f"{kind.resource}.") & ~Q(pk__in=called_on_shown))
    )


def _hidden_ids(kind: Kind, access: Access) -> tuple[frozenset[str], bool]:
    """Return the ids of what is denied someone, or of all that is not, and which of the two."""
    rows, hidden = kind.rows(access.project).order_by(), access.hidden(kind.resource)
    if hidden.is_all_but:
        rows = access.visible(kind.resource, rows)
        return frozenset(str(pk) for pk in rows.values_list("pk", flat=True)), True
    own = rows.filter(created_by_id=access.user_id, pk__in=hidden.ids)
    return hidden.ids - {str(pk) for pk in own.values_list("pk", flat=True)}, False


def _requests(access: Access) -> QuerySet[ChangeRequest]:
    return ChangeRequest.objects.filter(project=access.project)


def _about(kind: Kind, ids: frozenset[str]) -> Q:
    return Q(subject__in=[f"{kind.resource}:{pk}" for pk in sorted(ids)])


def _called_on(kind: Kind, ids: frozenset[str]) -> Q:
    return Q(
        operation__name__startswith=f"{kind.resource}.",
        operation__object_id__in=sorted(int(pk) for pk in ids if pk.isdecimal()),
    )
