"""Who reads the history."""

import pytest

from tests import factories
from tests.client import DocumentedClient
from users.models import User


@pytest.fixture
def historian(grace: User) -> DocumentedClient:
    return DocumentedClient(factories.make_key(grace, "activity_log:read"))


@pytest.fixture
def writer(grace: User) -> DocumentedClient:
    # May write everything that has a history, and read none of it.
    return DocumentedClient(
        factories.make_key(grace, "experiment:write", "experiment_saved_metric:write")
    )
