"""What somebody else commits is seen by the next request."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db(transaction=True)

CHANGE = "UPDATE holdouts_holdout SET name = 'Changed elsewhere'"


@pytest.fixture
def elsewhere(db):
    """A connection of somebody else, who says when to commit."""
    other = connection.copy()
    other.set_autocommit(False)
    yield other
    other.close()


def name_shown(client, url):
    return client.get(url).json()["name"]


def test_change__committed_elsewhere__shown(client, urls, elsewhere):
    assert name_shown(client, urls[3]) == "Holdout"

    elsewhere.cursor().execute(CHANGE)
    elsewhere.commit()

    assert name_shown(client, urls[3]) == "Changed elsewhere"


def test_change__undone_elsewhere__not_shown(client, urls, elsewhere):
    assert name_shown(client, urls[3]) == "Holdout"

    elsewhere.cursor().execute(CHANGE)
    elsewhere.rollback()

    assert name_shown(client, urls[3]) == "Holdout"


def test_key__deleted_elsewhere__next_write_refused(colleague, project, elsewhere):
    url = f"/api/projects/{project.pk}/experiment_holdouts/"
    assert [colleague.post(url, {"name": "One"}).status_code for _ in range(3)] == [201] * 3

    elsewhere.cursor().execute("DELETE FROM users_personalapikey")
    elsewhere.commit()

    assert colleague.post(url, {"name": "One"}).status_code == 401


def test_change__read_before_its_commit__shown_after_it(client, urls, elsewhere):
    if connection.vendor == "sqlite":
        pytest.skip("a database in memory cannot be read while somebody writes")
    elsewhere.cursor().execute(CHANGE)
    assert name_shown(client, urls[3]) == "Holdout"

    elsewhere.commit()

    assert name_shown(client, urls[3]) == "Changed elsewhere"
