"""Looking up organizations and projects to change them, members, and invitations."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from core import preconditions
from core.db.transactions import require_transaction
from core.exceptions import NotFound
from feature_flags.models import FeatureFlag
from organizations.models import OrganizationInvite
from tenants.models import Membership, Organization, Project
from users.models import User
from users.tokens import hashed


def lock_organization(*, organization_id: UUID, to_delete: bool = False) -> Organization:
    """Lock an organization, and with it who belongs to it, and return it as it is now.

    What is about to be deleted is locked against new rows that point to it, too.

    :raises ETagMismatch: when the client changes it and expects another state.
    :raises NotFound: when it was deleted meanwhile.
    """
    require_transaction()
    try:
        organization = Organization.objects.select_for_update(no_key=not to_delete).get(
            pk=organization_id
        )
    except Organization.DoesNotExist:
        raise NotFound from None
    preconditions.check(organization)
    return organization


def lock_project(*, project_id: int, to_delete: bool = False) -> Project:
    """Lock a project and return it as it is now.

    What is about to be deleted is locked against new rows that point to it, too.

    :raises ETagMismatch: when the client changes it and expects another state.
    :raises NotFound: when it was deleted meanwhile.
    """
    require_transaction()
    try:
        project = Project.objects.select_for_update(no_key=not to_delete).get(pk=project_id)
    except Project.DoesNotExist:
        raise NotFound from None
    preconditions.check(project)
    return project


def list_members(*, organization: Organization, oldest_first: bool = False) -> QuerySet[Membership]:
    """Return who belongs to the organization, the latest first."""
    order = ["joined_at", "pk"] if oldest_first else ["-joined_at", "-pk"]
    members = Membership.objects.filter(organization=organization, user__is_active=True)
    return members.select_related("user").order_by(*order)


def lock_member(*, organization: Organization, membership_id: int) -> Membership:
    """Return a membership of the organization, which the caller has locked.

    :raises ETagMismatch: when the client changes it and expects another state.
    :raises NotFound: when it ended meanwhile.
    """
    require_transaction()
    member = list_members(organization=organization).filter(pk=membership_id).first()
    if member is None:
        raise NotFound
    preconditions.check(member)
    return member


def has_other_owners(member: Membership) -> bool:
    """Tell whether the organization would have an owner without this member."""
    members = list_members(organization=member.organization)
    return members.filter(level=Membership.Level.OWNER).exclude(pk=member.pk).exists()


def list_invites(*, organization: Organization) -> QuerySet[OrganizationInvite]:
    """Return the invitations into the organization, the newest first."""
    invites = OrganizationInvite.objects.filter(organization=organization)
    return invites.select_related("created_by").order_by("-created_at", "-pk")


def get_open_invite(*, token: str) -> OrganizationInvite:
    """Return the invitation whose link ends with this token, with its organization.

    :raises NotFound: when there is none any more.
    """
    invites = OrganizationInvite.objects.select_related("organization")
    invite = invites.filter(token_hash=hashed(token)).first()
    if invite is None:
        raise NotFound("The invitation was accepted, or taken back.")
    return invite


def lock_invite(*, organization: Organization, invite_id: UUID) -> OrganizationInvite:
    """Return an invitation into the organization, which the caller has locked.

    :raises ETagMismatch: when the client changes it and expects another state.
    :raises NotFound: when it was accepted or taken back meanwhile.
    """
    require_transaction()
    invite = list_invites(organization=organization).filter(pk=invite_id).first()
    if invite is None:
        raise NotFound
    preconditions.check(invite)
    return invite


def find_member_by_email(*, organization: Organization, email: str) -> User | None:
    """Return the member with this address, in whatever case."""
    return User.objects.find_by_email(email, memberships__organization=organization)


def find_used_project(*, projects: Iterable[Project]) -> Project | None:
    """Return one of the projects that has a flag or an experiment which is not deleted."""
    # A reverse lookup: experiments stand above, the schema knows the join.
    is_live = Q(deleted=False) | Q(experiments__deleted=False)
    flag = FeatureFlag.objects.filter(is_live, project__in=projects).select_related("project")
    found = flag.order_by("project", "pk").first()
    return found.project if found else None


def list_deleted(model: type[Project | Organization]) -> list[str]:
    """Return the ids of deleted rows of which something is left, those that wait longest first."""
    deleted = model.all_objects.filter(deleted_at__isnull=False).order_by("deleted_at", "pk")
    return [str(pk) for pk in deleted.values_list("pk", flat=True)]


def lock_deleted(model: type[Project | Organization], pk: str) -> Project | Organization | None:
    """Lock a deleted row; None when somebody else is at it, or it is gone.

    An organization waits until its projects are gone.
    """
    require_transaction()
    deleted = model.all_objects.filter(pk=pk, deleted_at__isnull=False)
    if model is Organization:
        deleted = deleted.filter(~Exists(Project.all_objects.filter(organization=OuterRef("pk"))))
    return deleted.select_for_update(skip_locked=True).first()
