"""Searches with more text than a name has; SQLite refuses patterns of more than 50,000 bytes."""

import pytest

from core.db.folding import MAX_TEXT
from tests import factories

LISTS = [
    "/api/projects/{}/experiments/?search=",
    "/api/projects/{}/experiments/eligible_feature_flags/?search=",
    "/api/projects/{}/experiment_saved_metrics/?search=",
    "/api/projects/{}/feature_flags/?key=",
    "/api/projects/?search=",
]


@pytest.fixture
def rows(project, ada):
    factories.make_saved_metric(project, ada)
    return factories.make_experiment(project, ada)


@pytest.mark.parametrize("url", LISTS)
@pytest.mark.parametrize("text", ["a" * 60_000, "%25" * 30_000], ids=["letters", "wildcards"])
def test_search__more_than_a_pattern_may_have__finds_nothing(client, project, rows, url, text):
    response = client.get(url.format(project.pk) + text)

    assert response.status_code == 200
    assert response.json()["count"] == 0


def test_search__longest_text__compared(client, project, rows):
    response = client.get(f"/api/projects/{project.pk}/experiments/", {"search": "ä" * MAX_TEXT})

    assert response.json()["count"] == 0
