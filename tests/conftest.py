"""The cast and their clients."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from django.db import connection, connections
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

from api.response_cache import CachedResponseMixin
from core.db.triggers.postgresql import TRIGGER
from events.facts import facts_alias
from experiments.models import Experiment
from holdouts.models import Holdout
from saved_metrics.models import SavedMetric
from tenants.models import Organization, Project
from tests import factories, schema
from tests.client import DocumentedClient
from tests.response_cache.cached_tables import checking
from users.models import User

# Machines that do other things as well are slow, which says nothing about what is tested.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # Events have databases of their own on SQLite; tests may use all that there are.
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker is None and "db" in item.fixturenames:
            item.add_marker(pytest.mark.django_db(databases="__all__"))
        elif marker is not None and "databases" not in marker.kwargs:
            item.add_marker(
                pytest.mark.django_db(*marker.args, **marker.kwargs, databases="__all__"),
                append=False,
            )


@pytest.fixture(autouse=True)
def _cache_versions_change_at_once(request: pytest.FixtureRequest) -> None:
    # A test's transaction never commits, so that what waits for the commit would never happen.
    if "db" not in request.fixturenames and not request.node.get_closest_marker("django_db"):
        return
    request.getfixturevalue("_django_db_helper")
    if connection.vendor == "postgresql" and connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute(f"SET CONSTRAINTS {TRIGGER} IMMEDIATE")


@pytest.fixture(autouse=True)
def _no_facts_left(request: pytest.FixtureRequest) -> Iterator[None]:
    # Their table is no model's, so that nobody else empties it after a test that commits.
    marker = request.node.get_closest_marker("django_db")
    commits = marker is not None and marker.kwargs.get("transaction", False)
    if commits:
        request.getfixturevalue("_django_db_helper")
    yield
    if commits:
        with connections[facts_alias()].cursor() as cursor:
            cursor.execute("DELETE FROM events_fact")


@pytest.fixture(autouse=True, scope="session")
def _cached_responses_are_checked() -> Iterator[None]:
    # In every test that reads: a cached response may depend only on tables whose changes
    # invalidate the cache.
    dispatch = CachedResponseMixin.dispatch
    CachedResponseMixin.dispatch = checking(dispatch)
    yield
    CachedResponseMixin.dispatch = dispatch


@pytest.fixture(scope="session")
def _copied_schema(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker
) -> ExitStack:
    stack = ExitStack()
    with django_db_blocker.unblock():
        stack.enter_context(schema.copied())
    return stack


@pytest.fixture(scope="session")
def django_db_modify_db_settings(_copied_schema: ExitStack) -> None:
    """Begin to copy before databases are created."""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, _copied_schema: ExitStack) -> None:
    """End it when they are there."""
    _copied_schema.close()


@pytest.fixture
def _many_writers(db: None) -> None:
    # For tests in which people change the same things at once.
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer, so nobody meets: the serial tests say the same there")


@pytest.fixture
def _no_response_cache(settings: object) -> None:
    # For tests that count the queries of the long way.
    settings.RESPONSE_CACHE_BYTES = 0


@pytest.fixture
def organization(db: None) -> Organization:
    return factories.make_organization("Acme")


@pytest.fixture
def project(organization: Organization) -> Project:
    return factories.make_project(organization)


@pytest.fixture
def ada(organization: Organization) -> User:
    return factories.make_user("ada@example.com", organization)


@pytest.fixture
def grace(organization: Organization) -> User:
    return factories.make_user("grace@example.com", organization)


@pytest.fixture
def mallory(db: None) -> User:
    return factories.make_user("mallory@example.org", factories.make_organization("Elsewhere"))


@pytest.fixture
def foreign_project(mallory: User) -> Project:
    return factories.make_project(mallory.memberships.get().organization, "Foreign")


@pytest.fixture
def client(ada: User) -> DocumentedClient:
    return DocumentedClient(factories.make_key(ada))


@pytest.fixture
def reader(grace: User) -> DocumentedClient:
    return DocumentedClient(
        factories.make_key(grace, "experiment:read", "experiment_saved_metric:read")
    )


@pytest.fixture
def outsider(mallory: User) -> DocumentedClient:
    return DocumentedClient(factories.make_key(mallory))


@pytest.fixture
def anonymous() -> DocumentedClient:
    return DocumentedClient()


@pytest.fixture
def session(ada: User) -> DocumentedClient:
    browser = DocumentedClient(enforce_csrf_checks=True)
    browser.force_login(ada)
    return browser


@pytest.fixture
def holdout(project: Project, ada: User) -> Holdout:
    return factories.make_holdout(project, ada)


@pytest.fixture
def saved_metric(project: Project, ada: User) -> SavedMetric:
    return factories.make_saved_metric(project, ada)


@pytest.fixture
def experiment(project: Project, ada: User) -> Experiment:
    return factories.make_experiment(project, ada)


@pytest.fixture
def running_experiment(project: Project, ada: User, holdout: Holdout) -> Experiment:
    return factories.make_experiment(project, ada, holdout=holdout, start_date=holdout.created_at)


@pytest.fixture
def _database_away(db: None) -> Iterator[None]:
    connection = connections["default"]
    away = connection.copy()
    away.settings_dict |= {"NAME": "/nowhere/at/all", "OPTIONS": {}}
    connections["default"] = away
    yield
    connections["default"] = connection
