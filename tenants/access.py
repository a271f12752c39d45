"""What a member of an organization may do in a project."""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from core.exceptions import InUse, RuleBroken
from tenants.levels import NONE, PROJECT, AccessRules, Hidden, Rule, parent_of, scale_of
from tenants.models import AccessControl, Membership, Organization, Project, RoleMembership
from users.models import User

Row = TypeVar("Row", bound=Model)


class Access:
    """What a member may do in a project, by the rules that concern them.

    The rules are read when they are first needed, in one query for the kind of thing that the
    request is about and the others that it shows. None are read for admins of the organization,
    and none where there are none.
    """

    def __init__(
        self,
        *,
        project: Project,
        membership: Membership | None,
        resource: str = PROJECT,
        others: Iterable[str] = (),
    ) -> None:
        self.project = project
        self._membership = membership
        self._resources = {PROJECT}
        for each in (resource, *others):
            self._resources |= {each, parent_of(each)}
        self._read: set[str] = set()
        self._book = AccessRules()

    @property
    def user_id(self) -> int | None:
        """Return whose access it is."""
        return self._membership.user_id if self._membership else None

    @property
    def is_unbounded(self) -> bool:
        """Whether no rule binds this person."""
        return self._membership is not None and self._membership.is_admin

    def level_of_project(self) -> str | None:
        """Return the level in the project as a whole, or None for who does not belong there."""
        return self._level(
            PROJECT, lambda book: book.level_of_object(PROJECT, str(self.project.pk))
        )

    def level_of_kind(self, resource: str) -> str | None:
        """Return the level for all things of a kind."""
        return self._level(resource, lambda book: book.level_of_kind(resource))

    def level_of_object(self, resource: str, row: Model) -> str | None:
        """Return the level for one object, or for the project; whoever made it has the highest."""
        if resource == PROJECT:
            return self.level_of_project()
        creator_id = getattr(row, "created_by_id", None)
        return self.level_of_id(resource, row.pk, creator_id=creator_id)

    def level_of_id(self, resource: str, pk: object, *, creator_id: object) -> str | None:
        """Return the level for the object with this id, which this user made."""
        if self._membership is not None and creator_id == self.user_id:
            return scale_of(resource).highest
        return self._level(resource, lambda book: book.level_of_object(resource, str(pk)))

    @property
    def is_inside(self) -> bool:
        """Whether the member may enter the project at all."""
        return self.level_of_project() not in (None, NONE)

    def reaches(self, wanted: str, resource: str, row: Model | None = None) -> bool:
        """Tell whether the level for an object, or without one for the kind, is high enough."""
        level = self.level_of_kind(resource) if row is None else self.level_of_object(resource, row)
        return level is not None and scale_of(resource).reaches(level, wanted)

    def may_write(self, resource: str, row: Model | None = None) -> bool:
        """Tell whether the member is inside and may change an object, or make one of the kind."""
        return self.is_inside and self.reaches(scale_of(resource).writing, resource, row)

    def can_manage_access(self, resource: str, row: Model) -> bool:
        """Tell whether the member may say who does what with an object, or with the project.

        Everybody is an admin of a project by default; only a rule makes one who may.
        """
        if self.is_unbounded:
            return True
        told = self._rules(PROJECT).told_of_object(PROJECT, str(self.project.pk))
        if told == scale_of(PROJECT).highest:
            return True
        return resource != PROJECT and self.reaches(scale_of(resource).highest, resource, row)

    def told(self, refusal: RuleBroken) -> RuleBroken:
        """Return a refusal as the member may hear it: what they must not see has no name in it."""
        if not isinstance(refusal, InUse):
            return refusal
        resource, reading = refusal.resource, scale_of(refusal.resource).reading
        return refusal.told_to(lambda row: self.reaches(reading, resource, row))

    def prepare(self, resources: Iterable[str]) -> None:
        """Read the rules about these kinds together, if they are needed and not yet read."""
        if not self.is_unbounded:
            self._read_rules({kind for each in resources for kind in (each, parent_of(each))})

    def hidden(self, resource: str) -> Hidden:
        """Return which objects of a kind are denied, apart from those that the member made."""
        if self.is_unbounded:
            return Hidden(frozenset())
        return self._rules(resource).hidden(resource)

    def hides_any(self, resource: str) -> bool:
        """Tell whether the member may be denied any object of a kind."""
        hidden = self.hidden(resource)
        return hidden.is_all_but or bool(hidden.ids)

    def visible(self, resource: str, rows: QuerySet[Row]) -> QuerySet[Row]:
        """Return those of the rows that the member may know of: not denied, or made by them."""
        hidden = self.hidden(resource)
        own = Q(created_by_id=self.user_id)
        if hidden.is_all_but:
            return rows.filter(own | Q(pk__in=hidden.ids))
        # Not by excluding: rows that nobody made are to be seen.
        return rows.filter(own | ~Q(pk__in=hidden.ids)) if hidden.ids else rows

    def _level(self, resource: str, found_in: Callable[[AccessRules], str]) -> str | None:
        if self._membership is None:
            return None
        if self.is_unbounded:
            return scale_of(resource).highest
        return found_in(self._rules(resource))

    def _rules(self, resource: str) -> AccessRules:
        self._read_rules({resource, parent_of(resource)})
        return self._book

    def _read_rules(self, resources: set[str]) -> None:
        if resources <= self._read:
            return
        wanted = (resources | self._resources) - self._read
        self._read |= wanted
        if self._membership is not None and self._membership.has_access_rules:
            rows = _rules_of(self._membership, [self.project], wanted)
            self._book.add(rule for _, rule in rows)

    def _take_rules(self, rules: Iterable[Rule]) -> None:
        self._read |= self._resources
        self._book.add(rules)


def access_to_projects(
    *, projects: Iterable[Project], membership: Membership | None, resource: str
) -> list[Access]:
    """Return what a member may do with a kind of thing in projects of one organization.

    The rules of all of them are read in one query.
    """
    found = {
        project.pk: Access(project=project, membership=membership, resource=resource)
        for project in projects
    }
    rules: dict[int, list[Rule]] = {pk: [] for pk in found}
    if membership is not None and not membership.is_admin:
        kinds = {PROJECT, resource, parent_of(resource)}
        for project_id, rule in _rules_of(membership, found, kinds):
            rules[project_id].append(rule)
    for pk, access in found.items():
        access._take_rules(rules[pk])  # noqa: SLF001 (of the same module)
    return [*found.values()]


class SecretKeyAccess(Access):
    """What a secret API key of a project may do: read, whatever rules say about its members."""

    def __init__(self, *, project: Project) -> None:
        super().__init__(project=project, membership=None)

    def _level(self, resource: str, found_in: Callable[[AccessRules], str]) -> str | None:
        return scale_of(resource).reading


def open_to(user: User, *, organizations: QuerySet[Organization] | None = None) -> Q:
    """Return the condition under which a project is open to a user who belongs there.

    It says in SQL what `Access.is_inside` says, for many projects at once: those of the user's
    organizations, or of others.
    """
    own = Membership.objects.filter(user=user)
    if organizations is None:
        organizations = Organization.objects.filter(pk__in=own.values("organization"))
    # Each by what its index begins with: none of them reads rules that concern others.
    rules = AccessControl.objects.filter(resource=PROJECT)
    personal = rules.filter(organization_member__in=own.values("pk"))
    by_role = rules.filter(role__in=RoleMembership.objects.filter(user=user).values("role"))
    projects = Project.objects.filter(organization__in=organizations.values("pk"))
    common = rules.filter(organization_member=None, role=None, project__in=projects.values("pk"))
    is_open = Q(
        organization__in=own.filter(level__gte=Membership.Level.ADMIN).values("organization")
    )
    for letting_in in (personal, by_role):
        is_open |= Q(pk__in=letting_in.exclude(access_level=NONE).values("project"))
    is_closed = Q()
    for closing in (personal, by_role, common):
        is_closed |= Q(pk__in=closing.filter(access_level=NONE).values("project"))
    return is_open | ~is_closed


def _rules_of(
    membership: Membership, projects: Iterable[Project | int], resources: Collection[str]
) -> Iterator[tuple[int, Rule]]:
    # Each with the id of its project.
    concerning = (
        Q(organization_member=membership)
        | Q(role__memberships__user=membership.user_id)
        | Q(organization_member=None, role=None)
    )
    rules = AccessControl.objects.filter(project__in=[*projects], resource__in=resources)
    rows = rules.filter(concerning).values_list(
        "project", "resource", "resource_id", "access_level", "organization_member", "role"
    )
    for project_id, resource, resource_id, level, member, role in rows:
        yield project_id, Rule(resource, resource_id, level, is_personal=bool(member or role))
