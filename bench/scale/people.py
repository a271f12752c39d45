"""Organizations, projects, members and the rules about what they may do."""

from dataclasses import dataclass

from django.utils import timezone

from bench.scale.copies import PLACE, copy_rows, minutes_after, text_of, uuid_of
from bench.scale.sizes import Sizes
from tenants.levels import EXPERIMENT, FEATURE_FLAG, PROJECT
from tenants.models import (
    AccessControl,
    Membership,
    Organization,
    Project,
    Role,
    RoleMembership,
)
from users.models import PersonalAPIKey, User
from users.services import ensure_key


@dataclass(frozen=True)
class Place:
    """A project with who may do everything in it, and who may not."""

    project: Project
    organization: Organization
    owner: User
    member: User
    first_member: int
    first_membership: int


def make_place(name: str, sizes: Sizes) -> Place:
    """Make a project in an organization with members, and both callers' other organizations."""
    now = timezone.now()
    organization = Organization.objects.create(name=f"The {name} one", slug=name)
    project = Project.objects.create(organization=organization, name=f"The {name} project")
    first = copy_rows([_person(name)], sizes.members, _of_people(name))
    members = copy_rows(
        [Membership(organization=organization, user_id=first)],
        sizes.members,
        {"user_id": f"{first} + {PLACE}", "uuid": uuid_of(f"{first}000000 + {PLACE}")},
    )
    owner, member = User.objects.filter(pk__gte=first).order_by("pk")[:2]
    Membership.objects.filter(pk=members).update(level=Membership.Level.OWNER)
    for user, role in ((owner, "owner"), (member, "member")):
        ensure_key(user=user, label="bench", scopes=["*"], value=key_of(name, role))
        user.current_organization, user.current_project = organization, project
        user.save()
    PersonalAPIKey.objects.update(last_used_at=now)
    _make_roles(organization, first, sizes)
    return Place(project, organization, owner, member, first, members)


def make_others(place: Place, sizes: Sizes) -> int:
    """Make other organizations with projects that both callers belong to; return the first's id."""
    base = Organization(name="Sample", slug="sample")
    others = sizes.organizations - 1
    if not others:
        return place.project.pk
    copy_rows(
        [base],
        others,
        {
            "id": uuid_of(f"7000000 + {PLACE}"),
            "name": f"'Other ' || {text_of(PLACE)}",
            "slug": f"'other-' || {text_of(PLACE)}",
        },
    )
    for number, user in enumerate((place.owner, place.member)):
        copy_rows(
            [_unplaced(place)],
            others,
            {
                "organization_id": uuid_of(f"7000000 + {PLACE}"),
                "uuid": uuid_of(f"{8 + number}00000000 + {PLACE}"),
                "user_id": str(user.pk),
            },
        )
    first = copy_rows(
        [Project(organization=place.organization, name="Sample")],
        sizes.projects - 2,
        {
            "organization_id": uuid_of(f"7000000 + {PLACE} % {others}"),
            "uuid": uuid_of(f"9900000000 + {PLACE}"),
            "name": f"'Other project ' || {text_of(PLACE)}",
            "api_token": f"'phc_other_' || {text_of(PLACE)}",
        },
    )
    # Each of the other projects has rules as well, some of which close it.
    for number, level in enumerate(("none", "member", "admin")):
        copy_rows(
            [
                AccessControl(
                    project=place.project,
                    resource="sample",
                    resource_id=str(number),
                    access_level="viewer",
                )
            ],
            (sizes.projects - 2) // 3,
            {
                "id": uuid_of(f"{6 + number}0000000000 + {PLACE}"),
                "project_id": f"{first} + 3 * {PLACE} + {number}",
                "resource": f"'{PROJECT}'",
                "resource_id": f"{text_of(f'{first} + 3 * {PLACE} + {number}')}",
                "access_level": f"'{level}'",
            },
        )
    return first


def make_rules(place: Place, sizes: Sizes, *, flags: int, experiments: int) -> None:
    """Deny each member but the owner a flag and an experiment; give the first ids of these."""
    # Nobody is denied what they made themselves: the one that the next member has made.
    for number, (resource, first) in enumerate(((EXPERIMENT, experiments), (FEATURE_FLAG, flags))):
        copy_rows(
            [AccessControl(project=place.project, resource="sample", access_level="none")],
            sizes.members - 1,
            {
                "id": uuid_of(f"{place.project.pk}{number + 1}00000000 + {PLACE}"),
                "resource": f"'{resource}'",
                "resource_id": text_of(f"{first} + {PLACE} + 2"),
                "organization_member_id": f"{place.first_membership + 1} + {PLACE}",
            },
        )


def key_of(name: str, role: str) -> str:
    """Return the key of a caller."""
    return f"phx_the_key_of_the_{role}_of_the_{name}_project_of_the_bench"


def _unplaced(place: Place) -> Membership:
    # A sample that meets no constraint: somebody who belongs nowhere yet.
    nobody, _ = User.objects.get_or_create(
        email="nobody@example.com", defaults={"password": "!", "distinct_id": "nobody"}
    )
    return Membership(organization=place.organization, user=nobody)


def _person(name: str) -> User:
    return User(
        email=f"{name}@example.com",
        password="!",  # noqa: S106 (nobody logs in)
        distinct_id=f"{name}-sample",
        role_at_organization="engineering",
    )


def _of_people(name: str) -> dict[str, str]:
    return {
        "email": f"'{name}-' || {text_of(PLACE)} || '@example.com'",
        "first_name": f"'Person ' || {text_of(PLACE)}",
        "distinct_id": f"'{name}-' || {text_of(PLACE)}",
        "uuid": uuid_of(f"{len(name)}5000000000 + {PLACE}"),
    }


def _make_roles(organization: Organization, first: int, sizes: Sizes) -> None:
    # One with everybody in it, and one with half of them.
    for number, members in enumerate((sizes.members, max(1, sizes.members // 2))):
        role = Role.objects.create(organization=organization, name=f"Role {number}")
        copy_rows(
            [RoleMembership(role=role, user_id=first)],
            members,
            {
                "id": uuid_of(f"{role.pk.int % 10**9}00000 + {PLACE}"),
                "user_id": f"{first} + {PLACE}",
                "joined_at": minutes_after(PLACE),
            },
        )
