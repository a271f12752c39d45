"""Leaving out the change requests about what a reader may not know of."""

from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from approvals.models import ChangeRequest
from approvals.registry import Kind, kinds
from tenants.access import Access


def visible(requests: QuerySet[ChangeRequest], *, access: Access) -> QuerySet[ChangeRequest]:
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
    rows, hidden = kind.rows(access.project).order_by(), access.hidden(kind.resource)
    if not hidden.is_all_but:
        own = rows.filter(created_by_id=access.user_id, pk__in=hidden.ids)
        ids = hidden.ids - {str(pk) for pk in own.values_list("pk", flat=True)}
        return _about(kind, ids) | _called_on(kind, ids)
    seen = access.visible(kind.resource, rows)
    shown = frozenset(str(pk) for pk in seen.values_list("pk", flat=True))
    called_on_shown = _requests(access).filter(_called_on(kind, shown)).values("pk")
    return (
        Q(subject__startswith=f"{kind.resource}_key:")
        | (Q(subject__startswith=f"{kind.resource}:") & ~_about(kind, shown))
        | (Q(operation__name__startswith=f"{kind.resource}.") & ~Q(pk__in=called_on_shown))
    )


def _requests(access: Access) -> QuerySet[ChangeRequest]:
    return ChangeRequest.objects.filter(project=access.project)


def _about(kind: Kind, ids: frozenset[str]) -> Q:
    return Q(subject__in=[f"{kind.resource}:{pk}" for pk in sorted(ids)])


def _called_on(kind: Kind, ids: frozenset[str]) -> Q:
    return Q(
        operation__name__startswith=f"{kind.resource}.",
        operation__object_id__in=sorted(int(pk) for pk in ids if pk.isdecimal()),
    )
