"""Changes of many rows take a number of statements for each hundred of them, not for each."""

import pytest

from bench.scale.lines import Line
from core.db.batches import ROWS
from experiments.models import Experiment
from feature_flags.models import FeatureFlag
from holdouts.models import Holdout

HOLDOUT = Line("/api/projects/{project}/experiment_holdouts/{ExperimentHoldout}/", "", "owner")
FLAG = Line("/api/projects/{project}/feature_flags/{FeatureFlag}/", "", "owner")
BULK_DELETE = Line("/api/projects/{project}/feature_flags/bulk_delete/", "", "owner")
GROUPS = [{"properties": [], "rollout_percentage": 25}]
# What is written of each hundred flags: themselves, and their entries in the history.
WRITTEN = 2


@pytest.fixture
def governing(worlds):
    """Make a holdout govern that many experiments of the large project."""

    def govern(number):
        told = worlds["big"]["first"]
        holdout = told["ExperimentHoldout"]
        experiments = Experiment.objects.filter(pk__gte=told["Experiment"]).order_by("pk")
        Experiment.objects.filter(holdout=holdout).update(holdout=None)
        chosen = list(experiments.values_list("pk", flat=True)[:number])
        Experiment.objects.filter(pk__in=chosen).update(holdout=holdout)
        return holdout

    return govern


@pytest.mark.parametrize("number", [1, 50, 2 * ROWS - 1])
def test_holdout__edited_with_many_flags__statements_for_each_hundred(asked, governing, number):
    holdout = governing(number)

    found = asked(
        HOLDOUT, method="patch", data={"filters": GROUPS}, content_type="application/json"
    )

    flags = FeatureFlag.objects.filter(experiments__holdout=holdout)
    assert [flag.filters["holdout"]["exclusion_percentage"] for flag in flags] == [25] * number
    assert len(found.statements) <= 17 + WRITTEN * -(-number // ROWS)


@pytest.mark.parametrize("number", [1, 2 * ROWS - 1])
def test_holdout__deleted_with_many_flags__statements_for_each_hundred(asked, governing, number):
    holdout = governing(number)

    found = asked(HOLDOUT, method="delete")

    assert not Holdout.objects.filter(pk=holdout).exists()
    assert len(found.statements) <= 20 + WRITTEN * -(-number // ROWS)


@pytest.mark.parametrize("number", [1, 50, 2 * ROWS - 1])
def test_flag__split_with_many_experiments__statements_for_each_hundred(asked, worlds, number):
    told = worlds["big"]["first"]
    flag = FeatureFlag.objects.get(pk=told["FeatureFlag"])
    experiments = Experiment.objects.filter(project=worlds["big"]["project"]).order_by("pk")
    chosen = list(experiments.values_list("pk", flat=True)[:number])
    experiments.filter(pk__in=chosen).update(feature_flag=flag, start_date=None, status="draft")
    variants = [
        {"key": "control", "rollout_percentage": 7},
        {"key": "test", "rollout_percentage": 93},
    ]
    filters = flag.filters | {"multivariate": {"variants": variants}}

    found = asked(FLAG, method="patch", data={"filters": filters}, content_type="application/json")

    carried = Experiment.objects.filter(pk__in=chosen)
    assert [each.parameters["feature_flag_variants"] for each in carried] == [variants] * number
    assert len(found.statements) <= 15 + WRITTEN * -(-number // ROWS)


@pytest.mark.parametrize("number", [1, 50])
def test_flags__many_deleted__as_many_statements_as_for_one(asked, worlds, number):
    free = FeatureFlag.objects.filter(project=worlds["big"]["project"], experiments=None)
    ids = list(free.order_by("pk").values_list("pk", flat=True)[:number])

    found = asked(BULK_DELETE, method="post", data={"ids": ids}, content_type="application/json")

    assert [row["id"] for row in found.response.json()["deleted"]] == ids
    assert len(found.statements) <= 20
