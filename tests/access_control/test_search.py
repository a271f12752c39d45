"""A search finds nothing by the name of what is denied the reader."""

import pytest

from tenants.levels import ACTION
from tests import factories
from tests.feature_flags.paths import flags_of


@pytest.fixture
def secret(project, ada, give, grace):
    """An experiment that is denied grace, on a flag that is not."""
    # Its flag, which is named after it, keeps the first name.
    secret = factories.make_experiment(project, ada, name="Plain")
    factories.change_experiment(secret, ada, name="Top secret merger")
    give("none", to=grace, row=secret)
    return secret


@pytest.mark.parametrize("search", ["merger", "secret merg", "top   SECRET"])
def test_search__name_of_a_denied_experiment__flag_not_found(
    colleague, client, project, secret, search
):
    assert colleague.get(flags_of(project), {"search": search}).json()["count"] == 0
    assert client.get(flags_of(project), {"search": search}).json()["count"] == 1


def test_search__key_of_its_flag__found(colleague, project, secret):
    search = {"search": secret.feature_flag_key}

    assert colleague.get(flags_of(project), search).json()["count"] == 1


def test_search__name_of_another_experiment_of_the_flag__found(colleague, project, ada, secret):
    key = secret.feature_flag_key
    factories.make_experiment(project, ada, name="Open merger", feature_flag_key=key)

    assert colleague.get(flags_of(project), {"search": "merger"}).json()["count"] == 1


def test_search__all_experiments_denied__own_ones_found(colleague, project, ada, give, grace):
    other = factories.make_experiment(project, ada, name="Plain")
    factories.change_experiment(other, ada, name="Merger of ada")
    own = factories.make_experiment(project, grace, name="Merger of grace")
    give("none", to=grace)

    found = colleague.get(flags_of(project), {"search": "merger"}).json()["results"]

    assert [flag["id"] for flag in found] == [own.feature_flag_id]


@pytest.mark.usefixtures("secret")
def test_search__ids_by_the_name_of_a_denied_experiment__none(colleague, project):
    shown = colleague.get(f"{flags_of(project)}matching_ids/", {"search": "merger"}).json()

    assert shown == {"ids": [], "total": 0}


def test_search__deletion_by_the_name_of_a_denied_experiment__none(
    colleague, client, project, secret
):
    url = f"{flags_of(project)}bulk_delete/"

    answer = colleague.post(url, {"filters": {"search": "merger"}}).json()

    assert answer == {"deleted": [], "errors": []}
    [error] = client.post(url, {"filters": {"search": "merger"}}).json()["errors"]
    assert error["id"] == secret.feature_flag_id


@pytest.fixture
def by_event(project):
    """Return what a client finds by the name of an event, of experiments and of saved metrics."""

    def found(client, event):
        base = f"/api/projects/{project.pk}/"
        return [
            client.get(f"{base}{name}/", {"event": event}).json()["count"]
            for name in ("experiments", "experiment_saved_metrics")
        ]

    return found


@pytest.fixture
def _counting_signups(project, ada, give, grace):
    """An experiment and a saved metric that count an action, which is denied grace."""
    action = factories.make_action(project, ada, steps=[{"event": "signed up"}])
    source = {"kind": "ActionsNode", "id": action.pk}
    metric = {"kind": "ExperimentMetric", "metric_type": "mean", "source": source}
    factories.make_experiment(project, ada, metrics=[metric])
    factories.make_saved_metric(project, ada, query=metric)
    give("none", to=grace, about=ACTION, row=action)


@pytest.mark.usefixtures("_counting_signups")
def test_search__event_that_a_denied_action_matches__found_by_who_sees_the_action(
    colleague, client, by_event
):
    assert by_event(colleague, "signed up") == [0, 0]
    assert by_event(client, "signed up") == [1, 1]


@pytest.mark.usefixtures("_counting_signups")
def test_search__its_metrics__listed_without_the_search(colleague, by_event):
    assert by_event(colleague, "") == [1, 1]
