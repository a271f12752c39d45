"""Databases with something between them and the server."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.core.signals import request_started
from django.db import close_old_connections, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from core.db.postgresql.base import DatabaseWrapper
from tenants.models import Project
from tests.outages.proxy import Proxy


@pytest.fixture
def holdouts(project: Project) -> str:
    return f"/api/projects/{project.pk}/experiment_holdouts/"


@pytest.fixture
def postgresql(db: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("about PostgreSQL: name one with DATABASE_URL")


@pytest.fixture
def sqlite(db: None) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("about SQLite")


@pytest.fixture
def using(db: None) -> Callable:
    """Return a context in which requests use the test database with other settings."""

    @contextmanager
    def use(*, options: dict[str, object], **values: object) -> Iterator[BaseDatabaseWrapper]:
        usual = connections["default"]
        other = usual.copy()
        other.settings_dict |= values
        other.settings_dict["OPTIONS"] |= options
        connections["default"] = other
        try:
            yield other
        finally:
            connections["default"] = usual
            other.close()

    return use


@pytest.fixture
def network(postgresql: None, using: Callable) -> Iterator[Proxy]:
    usual = connection.settings_dict
    proxy = Proxy((usual["HOST"], int(usual["PORT"] or 5432)))
    DatabaseWrapper.pauses_until = 0.0
    options = {"connect_timeout": 2, "answer_limit": 2}
    with using(options=options, HOST="127.0.0.1", PORT=proxy.port):
        # Django's test client leaves out what a server does when a request begins.
        request_started.connect(_begin)
        yield proxy
        request_started.disconnect(_begin)
    proxy.close()


def _begin(**kwargs: object) -> None:
    close_old_connections()
