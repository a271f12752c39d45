"""Lists are put together from kept texts: each shows what is stored now, and to each their own."""

import pytest
from django.conf import LazySettings

from actions.models import Action
from holdouts.models import Holdout
from saved_metrics.models import SavedMetric
from tests import factories
from tests.client import DocumentedClient
from tests.experiments.paths import collection, member
from users.models import User


@pytest.fixture
def experiment(project, ada):
    """An experiment that shows a row of every kind."""
    action = factories.make_action(project, ada, name="Bought")
    metric = factories.MEAN_METRIC | {"source": {"kind": "ActionsNode", "id": action.pk}}
    holdout = factories.make_holdout(project, ada)
    linked = {"id": factories.make_saved_metric(project, ada).pk}
    return factories.make_experiment(
        project, ada, holdout=holdout, metrics=[metric], saved_metrics_ids=[linked]
    )


@pytest.fixture
def listed(client, experiment, settings: LazySettings):
    """Return a function that lists the experiment, whose text is kept by now."""
    # Else the whole answer would be.
    settings.RESPONSE_CACHE_BYTES = 0

    def first(reader=client, **options):
        return reader.get(collection(experiment.project), **options).json()["results"][0]

    first()
    return first


def _link_another(experiment):
    project, person = experiment.project, experiment.created_by
    metric = factories.make_saved_metric(project, person, name="Another")
    factories.link_saved_metric(experiment, metric)


CHANGES = {
    "experiment": lambda one: type(one).objects.update(description="Changed"),
    "flag": lambda one: type(one.feature_flag).objects.update(active=True),
    "holdout": lambda one: Holdout.objects.update(name="Changed"),
    "person": lambda one: User.objects.update(first_name="Changed"),
    "saved_metric": lambda one: SavedMetric.objects.update(name="Changed"),
    "link": lambda one: one.saved_metric_links.update(metadata={"type": "secondary"}),
    "another_link": _link_another,
    "no_link": lambda one: one.saved_metric_links.all().delete(),
    "action": lambda one: Action.objects.update(name="Changed"),
    "holdout_gone": lambda one: one.holdout.delete(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_list_experiments__after_a_change__as_a_single_read(listed, client, experiment, change):
    before = listed()

    change(experiment)

    assert listed() == client.get(member(experiment)).json() != before


def test_list_experiments__another_reader__their_own_level(listed, client, grace):
    colleague = DocumentedClient(factories.make_key(grace))

    levels = [listed(reader)["user_access_level"] for reader in (client, colleague, client)]

    assert levels == ["manager", "editor", "manager"]


def test_list_experiments__indented__the_same(listed):
    # What the framework writes: it reads the kept texts again.
    assert listed(headers={"Accept": "application/json; indent=2"}) == listed()
