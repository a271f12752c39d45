import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.access_control.ruled_kinds import ALL_KINDS, KINDS

# What the history calls the things of each kind.
SUBJECTS = {
    "experiment": ("Experiment", None),
    "saved_metric": ("Experiment", "shared_metric"),
    "holdout": ("Experiment", "holdout"),
    "flag": ("FeatureFlag", None),
    "action": ("Action", None),
}


@pytest.fixture
def url(project):
    return f"/api/projects/{project.pk}/activity_log/"


@pytest.fixture
def told(url, fixture):
    """Which things of the kind the project's history tells a client of."""

    def told(client):
        response = client.get(url, {"page": 1})
        assert response.status_code == 200
        entries = response.json()["results"]
        assert response.json()["count"] == len(entries)
        return {
            int(entry["item_id"])
            for entry in entries
            if (entry["scope"], entry["detail"]["type"]) == SUBJECTS[fixture]
        }

    return told


@pytest.fixture
def other(project, fixture, ada):
    """Another thing of the kind that ada made."""
    return made(fixture, project, ada)


@pytest.fixture
def own(project, fixture, grace):
    """A thing of the kind that grace made."""
    return made(fixture, project, grace)


def made(fixture, project, actor):
    if fixture == "saved_metric":
        return factories.make_saved_metric(project, actor)
    if fixture == "action":
        return factories.make_action(project, actor)
    if fixture == "holdout":
        return factories.make_holdout(project, actor)
    experiment = factories.make_experiment(project, actor)
    return experiment.feature_flag if fixture == "flag" else experiment


@pytest.mark.parametrize("fixture", ALL_KINDS)
def test_history__kind_denied__told_of_own_things_only(colleague, told, for_all, row, own):
    assert told(colleague) == {row.pk, own.pk}

    for_all("none")
    assert told(colleague) == {own.pk}


@pytest.mark.parametrize("fixture", ALL_KINDS)
def test_history__kind_denied__admins_are_told_of_all(admin, told, for_all, row, own):
    for_all("none")

    assert told(admin) == {row.pk, own.pk}


@pytest.mark.usefixtures("other")
@pytest.mark.parametrize("fixture", KINDS)
def test_history__kind_denied_and_one_let_in__told_of_that_one(
    colleague, told, for_all, for_row, row, grace
):
    for_all("none")
    for_row("viewer", to=grace)

    assert told(colleague) == {row.pk}


@pytest.mark.parametrize("fixture", KINDS)
def test_history__one_denied__told_of_the_others(client, colleague, told, for_row, row, other):
    for_row("none")

    assert told(colleague) == {other.pk}
    assert told(client) == {row.pk, other.pk}


@pytest.mark.parametrize("fixture", KINDS)
def test_history__one_denied__left_out_of_the_history_of_the_kind(
    colleague, for_row, kind, row, other
):
    for_row("none")

    entries = colleague.get(f"{kind.list_url(row.project)}activity/").json()["results"]
    assert {int(entry["item_id"]) for entry in entries} == {other.pk}


def test_history__rules_of_every_kind__three_queries_for_them(
    colleague, url, give, grace, experiment, saved_metric
):
    colleague.get(url)
    with CaptureQueriesContext(connection) as without_rules:
        colleague.get(url)
    give("none", to=grace, row=experiment)
    give("none", to=grace, about="experiment_saved_metric", row=saved_metric)
    give("none", to=grace, about="feature_flag")

    with CaptureQueriesContext(connection) as with_rules:
        assert colleague.get(url).status_code == 200

    assert len(with_rules) == len(without_rules) + 3
