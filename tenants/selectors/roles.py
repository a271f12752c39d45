"""Looking up roles and who is in them."""

from collections.abc import Iterable
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import F, Prefetch, QuerySet
from django.db.models.functions import Lower

from core.db.locking import lock_row
from core.exceptions import NotFound
from tenants.models import Organization, Role, RoleMembership
from users.models import User


def list_roles(*, organization: Organization) -> QuerySet[Role]:
    """Return the organization's roles by name, each with its memberships."""
    memberships = _live_memberships().select_related("user").order_by("joined_at", "id")
    return (
        Role.objects.filter(organization=organization)
        .prefetch_related(Prefetch("memberships", queryset=memberships))
        .order_by(Lower("name"), "id")
    )


def get_role(*, organization: Organization, role_id: str) -> Role:
    """Return the organization's role that a URL names.

    :raises NotFound: when there is none, and for what is no UUID.
    """
    try:
        return Role.objects.get(organization=organization, pk=role_id)
    except (Role.DoesNotExist, ValidationError):
        raise NotFound from None


def lock_role(*, organization: Organization, role_id: UUID) -> Role:
    """Lock a role of the organization and return it as it is now.

    :raises ETagMismatch: when the client changes it and expects another state.
    :raises NotFound: when the organization has none with this id (any more).
    """
    return lock_row(list_roles(organization=organization), role_id)


def list_memberships(*, role: Role) -> QuerySet[RoleMembership]:
    """Return who is in the role, the longest standing first."""
    memberships = _live_memberships().filter(role=role).select_related("user")
    return memberships.order_by("joined_at", "id")


def role_ids_of(*, user: User, organization_id: UUID) -> set[str]:
    """Return the ids, as text, of the organization's roles that the user is in."""
    memberships = _live_memberships().filter(user=user, role__organization=organization_id)
    return {str(pk) for pk in memberships.values_list("role_id", flat=True)}


def member_ids(*, role_ids: Iterable[str]) -> set[int]:
    """Return the ids of the users who are in any of these roles."""
    memberships = _live_memberships().filter(role__in=list(role_ids))
    return set(memberships.values_list("user_id", flat=True))


def _live_memberships() -> QuerySet[RoleMembership]:
    # Whoever leaves the organization is in none of its roles from that moment on.
    return RoleMembership.objects.filter(user__memberships__organization=F("role__organization"))
