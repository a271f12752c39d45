"""Things that have tags."""

from collections.abc import Callable

import pytest
from django.db.models import Model
from django.utils import timezone

from tenants import levels
from tenants.models import Membership
from tenants.selectors import Target
from tenants.services import Holder, set_rule
from tests import factories
from tests.client import DocumentedClient
from users.models import User

PATHS = {
    "experiment": "experiments",
    "flag": "feature_flags",
    "saved_metric": "experiment_saved_metrics",
    "action": "actions",
}


@pytest.fixture
def make(project, ada) -> Callable[..., Model]:
    """Make a thing of a kind with these tags."""

    def make(kind: str, *tags: str, project=project, actor=ada) -> Model:
        if kind == "flag":
            return factories.make_flag(project, tags=sorted(tags), created_by=actor)
        makers = {
            "experiment": factories.make_experiment,
            "saved_metric": factories.make_saved_metric,
            "action": factories.make_action,
        }
        return makers[kind](project, actor, tags=sorted(tags))

    return make


@pytest.fixture
def foreign(make, foreign_project, mallory) -> Callable[..., Model]:
    """Make a thing of another organization."""
    return lambda kind, *tags: make(kind, *tags, project=foreign_project, actor=mallory)


@pytest.fixture
def colleague(grace) -> DocumentedClient:
    return DocumentedClient(factories.make_key(grace))


@pytest.fixture
def place(project) -> Callable[[str], str]:
    """Return where the things of a kind are."""
    return lambda kind: f"/api/projects/{project.pk}/{PATHS[kind]}/"


@pytest.fixture
def denied(project, organization, grace) -> Callable[[str, Model], None]:
    """Deny a colleague a thing."""

    def denied(kind: str, row: Model) -> None:
        resource = {
            "experiment": levels.EXPERIMENT,
            "flag": levels.FEATURE_FLAG,
            "saved_metric": levels.SAVED_METRIC,
            "action": levels.ACTION,
        }[kind]
        _give("none", Target(project, resource, row), grace)

    return denied


@pytest.fixture
def closed(project, grace) -> Callable[[], None]:
    """Close the project to a colleague."""
    return lambda: _give("none", Target(project, levels.PROJECT, project), grace)


def _give(level: str, target: Target, user: User) -> None:
    admin = factories.make_user(
        f"admin-{level}@example.com", target.project.organization, Membership.Level.ADMIN
    )
    holder = Holder(member=user.memberships.get())
    set_rule(target=target, holder=holder, access_level=level, actor=admin, now=timezone.now())
