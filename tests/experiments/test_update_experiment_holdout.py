import pytest

from experiments.models import Experiment
from feature_flags.models import FeatureFlag
from tests import factories
from tests.assertions import assert_invalid
from tests.experiments.database_rows import everything
from tests.experiments.lifecycle import END, make_running
from tests.experiments.paths import member
from users.models import User


def test_update_experiment_holdout__of_a_draft__on_experiment_and_flag(client, experiment, holdout):
    before = experiment.feature_flag.filters

    response = client.patch(member(experiment), {"holdout_id": holdout.pk})

    assert response.status_code == 200
    assert response.json()["holdout_id"] == response.json()["holdout"]["id"] == holdout.pk
    assert Experiment.objects.get().holdout == holdout
    flag = FeatureFlag.objects.get()
    assert flag.filters == before | {"holdout": {"id": holdout.pk, "exclusion_percentage": 10}}
    assert (flag.version, flag.active) == (2, False)


def test_update_experiment_holdout__another_one__replaced(client, project, ada, holdout):
    experiment = factories.make_experiment(project, ada, holdout=holdout)
    other = factories.make_holdout(project, ada, percentage=2.5)

    response = client.patch(member(experiment), {"holdout_id": other.pk})

    assert response.json()["holdout_id"] == other.pk
    assert _held_out() == {"id": other.pk, "exclusion_percentage": 2.5}


def test_update_experiment_holdout__null__released(client, project, ada, holdout):
    experiment = factories.make_experiment(project, ada, holdout=holdout)

    response = client.patch(member(experiment), {"holdout_id": None})

    assert (response.json()["holdout_id"], response.json()["holdout"]) == (None, None)
    assert _held_out() is None


def test_update_experiment_holdout__only_parameters__holdout_stays(client, project, ada, holdout):
    experiment = factories.make_experiment(project, ada, holdout=holdout)

    client.patch(
        member(experiment), {"parameters": {"feature_flag_variants": factories.TWO_VARIANTS}}
    )

    assert _held_out() == {"id": holdout.pk, "exclusion_percentage": 10}


def test_update_experiment_holdout__with_parameters__both_reach_the_flag(
    client, experiment, holdout
):
    client.patch(
        member(experiment), {"holdout_id": holdout.pk, "parameters": {"rollout_percentage": 7}}
    )

    assert _held_out() == {"id": holdout.pk, "exclusion_percentage": 10}
    assert FeatureFlag.objects.get().filters["groups"][0]["rollout_percentage"] == 7


def test_update_experiment_holdout__alone__parameters_stay_as_they_are(client, experiment, holdout):
    response = client.patch(member(experiment), {"holdout_id": holdout.pk})

    assert response.json()["parameters"] is None
    assert Experiment.objects.get().parameters is None


def test_update_experiment_holdout__together_with_the_start__accepted(client, experiment, holdout):
    response = client.patch(
        member(experiment), {"holdout_id": holdout.pk, "start_date": "2024-01-01T00:00:00Z"}
    )

    assert response.status_code == 200
    assert response.json()["feature_flag"]["active"] is True
    assert _held_out() == {"id": holdout.pk, "exclusion_percentage": 10}


def test_update_experiment_holdout__adopted_flag__written_by_the_next_change(
    client, project, ada, holdout
):
    flag = factories.make_flag(project)
    experiment = factories.make_experiment(project, ada, feature_flag_key=flag.key, holdout=holdout)

    client.patch(member(experiment), {"parameters": {"effect": 5}})

    assert _held_out() == {"id": holdout.pk, "exclusion_percentage": 10}


def test_update_experiment_holdout__of_another_project__refused(
    client, experiment, foreign_project, mallory
):
    foreign = factories.make_holdout(foreign_project, mallory)
    before = everything()

    response = client.patch(member(experiment), {"name": "New", "holdout_id": foreign.pk})

    assert_invalid(response, "holdout_id", "does_not_exist")
    assert everything() == before


def test_update_experiment_holdout__number_as_text__accepted(client, experiment, holdout):
    response = client.patch(member(experiment), {"holdout_id": str(holdout.pk)})

    assert response.json()["holdout_id"] == holdout.pk


@pytest.mark.parametrize(
    "changes",
    [
        {"excluded_variants": []},
        {"excluded_variants": None},
        {"running_time_calculation": {}},
        {"running_time_calculation": None},
    ],
    ids=str,
)
def test_update_experiment_holdout__analysis_reset__flag_untouched(
    client, project, ada, holdout, changes
):
    experiment = factories.make_experiment(project, ada, holdout=holdout)
    before = FeatureFlag.objects.values().get()

    assert client.patch(member(experiment), changes).status_code == 200

    assert FeatureFlag.objects.values().get() == before
    assert Experiment.objects.get().holdout == holdout


@pytest.mark.parametrize("chosen", [None, 5], ids=["without holdout", "with another"])
@pytest.mark.parametrize("make", [factories.make_experiment, make_running])
def test_update_experiment_holdout__unrelated_edit_of_a_draft_beside__stays(
    client, project, ada, holdout, make, chosen
):
    first = make(project, ada, holdout=holdout)
    other = chosen and factories.make_holdout(project, ada, chosen)
    draft = _on_flag_of(first, ada, holdout=other)
    before = FeatureFlag.objects.values().get()

    assert client.patch(member(draft), {"parameters": {"effect": 5}}).status_code == 200

    assert FeatureFlag.objects.values().get() == before


def test_update_experiment_holdout__draft_beside_a_running_one_without__flag_untouched(
    client, project, ada, holdout
):
    draft = _on_flag_of(make_running(project, ada), ada, holdout=holdout)

    client.patch(member(draft), {"parameters": {"effect": 5}})

    assert _held_out() is None


def test_update_experiment_holdout__another_than_the_running_one_has__refused(
    client, project, ada, holdout
):
    draft = _on_flag_of(make_running(project, ada, holdout=holdout), ada)
    other = factories.make_holdout(project, ada, 5)
    before = everything()

    assert_invalid(client.patch(member(draft), {"holdout_id": other.pk}), "holdout_id")

    assert everything() == before


def test_update_experiment_holdout__null_beside_the_running_one__flag_keeps_it(
    client, project, ada, holdout
):
    draft = _on_flag_of(make_running(project, ada, holdout=holdout), ada, holdout=holdout)

    response = client.patch(member(draft), {"holdout_id": None})

    assert response.json()["holdout_id"] is None
    assert _held_out() == {"id": holdout.pk, "exclusion_percentage": 10}


@pytest.mark.parametrize("gone", [{"deleted": True}, {"end_date": END}], ids=str)
def test_update_experiment_holdout__beside_one_that_is_over__follows_the_draft(
    client, project, ada, holdout, gone
):
    over = make_running(project, ada, holdout=holdout, **gone)
    draft = _on_flag_of(over, ada)
    other = factories.make_holdout(project, ada, 5)

    client.patch(member(draft), {"holdout_id": other.pk})

    assert _held_out() == {"id": other.pk, "exclusion_percentage": 5}


def _on_flag_of(experiment: Experiment, actor: User, **values) -> Experiment:
    key = experiment.feature_flag.key
    return factories.make_experiment(experiment.project, actor, feature_flag_key=key, **values)


def _held_out() -> dict | None:
    return FeatureFlag.objects.get().filters["holdout"]
