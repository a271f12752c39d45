from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from experiments.models import Experiment
from feature_flags.models import FeatureFlag
from holdouts.models import Holdout
from tests import factories
from tests.assertions import assert_invalid

BROKEN_VARIANTS = [
    {"key": "control", "rollout_percentage": 50},
    {"key": "test", "rollout_percentage": 40},
]


def _url(holdout):
    return f"/api/projects/{holdout.project_id}/experiment_holdouts/{holdout.pk}/"


def _groups(percentage, **values):
    return {"filters": [{"properties": [], "rollout_percentage": percentage} | values]}


@pytest.fixture(params=["draft", "running", "stopped", "archived", "deleted"])
def governed(request, project, ada, holdout):
    now = timezone.now()
    values = {
        "draft": {},
        "running": {"start_date": now},
        "stopped": {"start_date": now - timedelta(days=1), "end_date": now},
        "archived": {"start_date": now - timedelta(days=1), "end_date": now, "archived": True},
        "deleted": {"deleted": True},
    }
    return factories.make_experiment(project, ada, holdout=holdout, **values[request.param])


@pytest.fixture
def unchangeable(project, ada, holdout):
    flag = factories.make_flag(project, "old")
    experiment = factories.make_experiment(project, ada, feature_flag_key=flag.key, holdout=holdout)
    flag.filters = flag.filters | {"multivariate": {"variants": BROKEN_VARIANTS}}
    flag.save(update_fields=["filters"])
    return experiment


def test_holdout_flags__percentage_changed__flag_follows(client, holdout, governed, ada):
    before = FeatureFlag.objects.get()

    response = client.patch(_url(holdout), _groups(30))

    assert response.status_code == 200
    flag = FeatureFlag.objects.get()
    entry = {"id": holdout.pk, "exclusion_percentage": 30}
    assert flag.filters == before.filters | {"holdout": entry}
    assert flag.version == before.version + 1
    assert flag.last_modified_by == ada
    assert flag.updated_at > before.updated_at
    assert flag.active == before.active


def test_holdout_flags__holdout_deleted__flag_and_experiment_released(client, holdout, governed):
    before = FeatureFlag.objects.get()
    assert before.filters["holdout"] == {"id": holdout.pk, "exclusion_percentage": 10}

    response = client.delete(_url(holdout))

    assert response.status_code == 204
    flag = FeatureFlag.objects.get()
    assert flag.filters == before.filters | {"holdout": None}
    assert flag.version == before.version + 1
    assert Experiment.objects.get(pk=governed.pk).holdout is None


@pytest.mark.parametrize("change", ["patch", "delete"])
def test_holdout_flags__written__parameters_stay(client, holdout, governed, change):
    before = governed.parameters

    getattr(client, change)(_url(holdout), _groups(30))

    governed.refresh_from_db()
    assert governed.parameters == before


def test_holdout_flags__fractional_percentage__reaches_the_flag(client, holdout, governed):
    client.patch(_url(holdout), _groups(12.5))

    assert FeatureFlag.objects.get().filters["holdout"]["exclusion_percentage"] == 12.5


def test_holdout_flags__several_groups__first_one_counts(client, holdout, running_experiment):
    first, second = (_groups(percentage)["filters"][0] for percentage in (20, 80))

    client.patch(_url(holdout), {"filters": [first, second]})

    assert FeatureFlag.objects.get().filters["holdout"]["exclusion_percentage"] == 20


def test_holdout_flags__name_only__flag_stays(client, holdout, running_experiment):
    before = FeatureFlag.objects.get()

    client.patch(_url(holdout), {"name": "Q4", "description": "Longer"})

    flag = FeatureFlag.objects.get()
    assert (flag.version, flag.updated_at) == (before.version, before.updated_at)


def test_holdout_flags__same_groups_as_read__flag_stays(client, holdout, running_experiment):
    version = FeatureFlag.objects.get().version
    filters = client.get(_url(holdout)).json()["filters"]

    client.patch(_url(holdout), {"filters": filters})

    assert FeatureFlag.objects.get().version == version


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param({}, id="without_variant"),
        pytest.param({"variant": "holdout"}, id="other_variant"),
        pytest.param({"description": "Everyone"}, id="other_key"),
    ],
)
def test_holdout_flags__other_groups_same_percentage__flag_rewritten(
    client, holdout, running_experiment, sent
):
    before = FeatureFlag.objects.get()

    client.patch(_url(holdout), _groups(10, **sent))

    flag = FeatureFlag.objects.get()
    assert flag.filters == before.filters
    assert flag.version == before.version + 1


def test_holdout_flags__two_experiments_on_one_flag__written_once(client, project, ada, holdout):
    flag = factories.make_flag(project, "shared")
    experiments = [
        factories.make_experiment(project, ada, feature_flag_key=flag.key, holdout=choice)
        for choice in (holdout, holdout, None)
    ]

    client.patch(_url(holdout), _groups(30))

    flag.refresh_from_db()
    assert flag.version == 2
    for experiment in experiments:
        experiment.refresh_from_db()
        assert experiment.parameters["feature_flag_variants"] == factories.TWO_VARIANTS


def test_holdout_flags__many_experiments__all_follow(client, project, ada, holdout):
    for _ in range(3):
        factories.make_experiment(project, ada, holdout=holdout)

    client.patch(_url(holdout), _groups(30))

    filters = FeatureFlag.objects.values_list("filters", flat=True)
    assert [entry["holdout"]["exclusion_percentage"] for entry in filters] == [30, 30, 30]


@pytest.mark.parametrize("change", ["patch", "delete"])
def test_holdout_flags__flag_governed_by_another_holdout__untouched(
    client, project, ada, holdout, change
):
    governed = factories.make_experiment(project, ada, holdout=factories.make_holdout(project, ada))
    key = governed.feature_flag.key
    factories.make_experiment(project, ada, feature_flag_key=key, holdout=holdout)
    before = FeatureFlag.objects.values().get()

    getattr(client, change)(_url(holdout), _groups(30))

    assert FeatureFlag.objects.values().get() == before


def test_holdout_flags__draft_on_the_flag_of_a_running_experiment__untouched(
    client, project, ada, holdout
):
    running = factories.make_experiment(project, ada, start_date=timezone.now())
    key = running.feature_flag.key
    factories.make_experiment(project, ada, feature_flag_key=key, holdout=holdout)

    client.patch(_url(holdout), _groups(30))

    assert FeatureFlag.objects.get().filters["holdout"] is None


@pytest.mark.parametrize("change", ["patch", "delete"])
def test_holdout_flags__experiment_of_another_holdout__stays(client, project, ada, holdout, change):
    other = factories.make_holdout(project, ada, 5)
    factories.make_experiment(project, ada, holdout=other)
    factories.make_experiment(project, ada)
    before = list(FeatureFlag.objects.order_by("pk").values())

    getattr(client, change)(_url(holdout), _groups(30))

    assert list(FeatureFlag.objects.order_by("pk").values()) == before


def test_holdout_flags__flag_cannot_take_the_change__nothing_changes(
    client, holdout, running_experiment, unchangeable
):
    flags = list(FeatureFlag.objects.order_by("pk").values())

    response = client.patch(_url(holdout), {"name": "Q4"} | _groups(30))

    assert_invalid(response, "filters")
    assert list(FeatureFlag.objects.order_by("pk").values()) == flags
    stored = Holdout.objects.get()
    assert (stored.name, stored.filters) == (holdout.name, holdout.filters)
    assert stored.updated_at == holdout.updated_at


def test_holdout_flags__flag_cannot_be_released__nothing_changes(
    client, holdout, running_experiment, unchangeable
):
    flags = list(FeatureFlag.objects.order_by("pk").values())

    response = client.delete(_url(holdout))

    assert_invalid(response, "filters")
    assert list(FeatureFlag.objects.order_by("pk").values()) == flags
    assert Experiment.objects.filter(holdout=holdout).count() == 2


@pytest.mark.parametrize("change", ["patch", "delete"])
def test_holdout_flags__refused_key__flag_stays(reader, holdout, running_experiment, change):
    before = FeatureFlag.objects.values().get()

    response = getattr(reader, change)(_url(holdout), _groups(30))

    assert response.status_code == 403
    assert FeatureFlag.objects.values().get() == before


def test_holdout_flags__one_more_experiment__bounded_number_of_queries(
    client, project, ada, holdout
):
    counts = []
    for number in range(1, 4):
        factories.make_experiment(project, ada, holdout=holdout)
        client.patch(_url(holdout), {"name": "Warm"})
        with CaptureQueriesContext(connection) as queries:
            client.patch(_url(holdout), _groups(number))
        counts.append(len(queries))

    # The flag, its experiments and the first copy of the variants.
    assert counts[1] - counts[0] <= 3
    assert counts[2] - counts[1] <= 3
