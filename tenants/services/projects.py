"""Every write to organizations, members and projects."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from core.db.transactions import use_case
from tenants.models import Membership, Organization, Project
from users.models import User
from users.tokens import random_token


@use_case
def ensure_organization(*, name: str) -> Organization:
    """Return the organization with this name, made when it is missing."""
    organization = Organization.objects.filter(name=name).order_by("created_at").first()
    if organization is not None:
        return organization
    return create_organization.in_transaction(values={"name": name}, now=timezone.now())


@use_case
def create_organization(*, values: Mapping[str, object], now: datetime) -> Organization:
    """Create an organization without projects and members."""
    row = {**values, "created_at": now, "updated_at": now}
    slug = slugify(str(values["name"]))[:40] or "organization"
    try:
        with transaction.atomic():
            return Organization.objects.create(**row, slug=slug)
    except IntegrityError:
        # Another organization has it, perhaps since this very moment.
        slug = f"{slug}-{random_token(size=4)[:6].lower()}"
        return Organization.objects.create(**row, slug=slug)


def default_organization() -> Organization:
    """Return the organization that was there first, made when there is none."""
    first = Organization.objects.order_by("created_at").first()
    return first or ensure_organization(name="Default organization")


@use_case
def add_member(*, organization: Organization, user: User, level: int) -> Membership:
    """Make the user a member at this level, also when they are one already."""
    membership, _ = Membership.objects.update_or_create(
        organization=organization, user=user, defaults={"level": level}
    )
    return membership


@use_case
def create_project(*, organization: Organization, name: str) -> Project:
    """Create an empty project."""
    return Project.objects.create(organization=organization, name=name)


def note_ingested_event(*, project_id: int) -> None:
    """Note that the project's first event has arrived."""
    Project.objects.filter(pk=project_id, ingested_event=False).update(ingested_event=True)
