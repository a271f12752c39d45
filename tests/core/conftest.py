"""Connections that nobody else has used."""

import pytest
from django.db import connection


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
