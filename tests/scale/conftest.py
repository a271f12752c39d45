"""A large and a small project, and callers for what is in them."""

import pytest
from django.db import connection

from bench.scale.fill import fill
from bench.scale.sizes import SMALL, Sizes
from tests.client import Client
from tests.planner import forbid
from tests.scale.request_queries import GROWING, Asked

FACTOR = 0.01


@pytest.fixture
def statistics():
    """Whether the database has statistics; only plans depend on it."""
    return False


@pytest.fixture
def worlds(statistics, db):
    told = fill(Sizes().times(FACTOR), SMALL)
    with connection.cursor() as cursor:
        if statistics:
            for table in GROWING:
                cursor.execute(f'ANALYZE "{table}"')
    forbid("seqscan", "mergejoin", "hashjoin")
    return told


@pytest.fixture
def asked(worlds, _no_response_cache):
    def ask(line, *, caller="owner", world="big", method="get", **options):
        key = worlds[world][caller]
        client = Client(headers={"Authorization": f"Bearer {key}"})
        return Asked(client, line.url_in(worlds[world]), method, options)

    return ask
