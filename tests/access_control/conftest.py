"""The cast of access control: rules, and a colleague who may do everything their level allows."""

from functools import partial

import pytest
from django.db.models import Model
from django.utils import timezone

from actions.models import Action
from feature_flags.models import FeatureFlag
from tenants.levels import EXPERIMENT
from tenants.models import AccessControl, Membership, Project, Role
from tenants.selectors import Target
from tenants.services import Holder, add_to_role, create_role, set_rule
from tests import factories
from tests.access_control.ruled_kinds import ALL_KINDS, Kind
from tests.client import DocumentedClient
from users.models import User

Person = User | Role | None


@pytest.fixture
def edith(organization) -> User:
    return factories.make_user("edith@example.com", organization, Membership.Level.ADMIN)


@pytest.fixture
def admin(edith) -> DocumentedClient:
    return DocumentedClient(factories.make_key(edith))


@pytest.fixture
def colleague(grace) -> DocumentedClient:
    return DocumentedClient(factories.make_key(grace))


@pytest.fixture
def role(organization, edith, grace) -> Role:
    """A role that grace is in."""
    now = timezone.now()
    made = create_role(organization=organization, values={"name": "Guests"}, actor=edith, now=now)
    add_to_role(organization=organization, role_id=made.pk, user_uuid=grace.uuid, now=now)
    return made


@pytest.fixture
def sister(organization) -> Project:
    """Another project of the organization."""
    return factories.make_project(organization, "Sister")


@pytest.fixture
def flag(experiment) -> FeatureFlag:
    return experiment.feature_flag


@pytest.fixture
def action(project, ada) -> Action:
    return factories.make_action(project, ada)


@pytest.fixture
def give(project, edith):
    """Give a user, a role or everybody a level, for a kind of thing or for one object."""

    def give(
        level: str,
        *,
        to: Person = None,
        about: str = EXPERIMENT,
        row: Model | None = None,
        project: Project = project,
    ) -> AccessControl:
        return set_rule(
            target=Target(project, about, row),
            holder=_holder(to),
            access_level=level,
            actor=edith,
            now=timezone.now(),
        )

    return give


@pytest.fixture
def row(request, fixture) -> Model:
    """The thing that ada made, for tests with a parameter that names its fixture."""
    return request.getfixturevalue(fixture)


@pytest.fixture
def kind(fixture) -> Kind:
    return ALL_KINDS[fixture]


@pytest.fixture
def for_all(give, kind):
    """Give someone a level for all things of the kind."""
    return partial(give, about=kind.whole)


@pytest.fixture
def for_row(give, kind, row):
    """Give someone a level for this one."""
    return partial(give, about=kind.name, row=row)


def _holder(person: Person) -> Holder:
    if isinstance(person, User):
        return Holder(member=person.memberships.get())
    return Holder(role=person)
