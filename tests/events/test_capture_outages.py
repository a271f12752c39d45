"""While the disk is full or read-only, capture answers 503, keeps nothing, and recovers."""

from contextlib import contextmanager

import pytest
from django.db import connections

from events.routers import events_alias
from tests.events.conftest import event

LONG = {"text": "long " * 20_000}

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _only_sqlite(db):
    if connections[events_alias()].vendor != "sqlite":
        pytest.skip("about SQLite; on PostgreSQL the server tells it by its error codes")


def value(sql):
    with connections[events_alias()].cursor() as cursor:
        row = cursor.execute(sql).fetchone()
        return row and row[0]


@contextmanager
def pragma(name, limited, usual):
    value(f"PRAGMA {name} = {limited}")
    try:
        yield
    finally:
        value(f"PRAGMA {name} = {usual}")


def test_capture__read_only__unavailable_then_stored(send, stored):
    with pragma("query_only", "ON", "OFF"):
        refused = send(event())

    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")
    assert stored() == []
    assert send(event()).status_code == 200
    assert len(stored()) == 1


def test_capture__disk_full__unavailable_and_the_batch_absent_then_whole(send, stored):
    batch = [event(distinct_id=f"person-{number}", properties=LONG) for number in range(20)]
    with pragma("max_page_count", value("PRAGMA page_count") + 50, 1_073_741_823):
        refused = send(*batch)
        assert stored() == []

    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")
    assert send(*batch).status_code == 200
    assert len(stored()) == 20
    assert value("PRAGMA integrity_check") == "ok"
