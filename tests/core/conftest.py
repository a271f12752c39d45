"""Connections that nobody else has used."""

import runpy

import pytest
from django.db import connection

from tests.core.variables import SETTINGS


@pytest.fixture
def fresh(db):
    """Return a function that makes a connection that nobody else has used."""
    made = []

    def make(**options):
        other = connection.copy()
        other.settings_dict["OPTIONS"] = connection.settings_dict["OPTIONS"] | options
        made.append(other)
        return other

    yield make
    for other in made:
        other.close()


@pytest.fixture
def settings_with(monkeypatch):
    def read(**variables):
        for name in (
            "DATABASE_URL",
            "SECRET_KEY_FILE",
            "DEBUG",
            "CORS_ALLOWED_ORIGINS",
            "CACHE_URL",
        ):
            monkeypatch.delenv(name, raising=False)
        for name, value in ({"SECRET_KEY": "a-secret-that-is-long-enough"} | variables).items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(SETTINGS))

    return read
