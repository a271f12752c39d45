"""Names under which the server answers, and those under which it does not."""

import logging

import pytest

from tests.client import DocumentedClient

ADDRESS = "10.1.2.3:8000"


@pytest.mark.parametrize("path", ["/_livez", "/_readyz", "/_health", "/_health/"])
def test_hosts__probe_by_an_address__answered(db, path):
    assert DocumentedClient().get(path, headers={"Host": ADDRESS}).status_code == 200


def test_hosts__prometheus_by_an_address__answered(db, settings):
    settings.METRICS_TOKEN = "token-of-prometheus"
    headers = {"Host": ADDRESS, "Authorization": "Bearer token-of-prometheus"}

    assert DocumentedClient().get("/_metrics", headers=headers).status_code == 200
    assert DocumentedClient().get("/_metrics", headers={"Host": ADDRESS}).status_code == 401


def test_hosts__anything_else_by_an_address__refused_and_named_in_the_log(db, caplog):
    with caplog.at_level(logging.WARNING):
        response = DocumentedClient().get("/api/projects/", headers={"Host": ADDRESS})

    assert response.status_code == 400
    [record] = [each for each in caplog.records if each.name.endswith("DisallowedHost")]
    assert ADDRESS in record.getMessage()
    assert "ALLOWED_HOSTS" in record.getMessage()
    assert record.exc_info is None
    assert len(record.getMessage()) <= 300
