import pytest

from experiments.models import Experiment
from experiments.services.lifecycle import SHIPPED_NOTE
from feature_flags.models import FeatureFlag
from tests.assertions import assert_invalid
from tests.experiments.database_rows import everything
from tests.experiments.lifecycle import (
    END,
    NOW,
    NOW_ON_THE_WIRE,
    START,
    make_paused,
    make_running,
    make_stopped,
    set_flag,
    step,
)
from tests.experiments.paths import member
from tests.factories import TWO_VARIANTS, change_experiment, make_experiment, make_flag

VERDICT = {"conclusion": "won", "conclusion_comment": "Everyone bought more."}
INDEX = "aggregation_group_type_index"
EVERYONE = {"properties": [], "rollout_percentage": 100, "description": SHIPPED_NOTE, INDEX: None}
ALL = {"properties": [], "rollout_percentage": 100, INDEX: None}


def test_ship_variant__running__stopped_and_everyone_gets_the_variant(
    client, project, ada, time_machine
):
    experiment = make_running(project, ada)
    before = client.get(member(experiment)).json()
    time_machine.move_to(NOW, tick=False)

    response = client.post(step(experiment, "ship_variant"), {"variant_key": "test"} | VERDICT)

    assert response.status_code == 200
    variants = _variants(("control", "Control Group", 0), ("test", "Test Variant", 100))
    filters = {
        "groups": [EVERYONE, ALL],
        "multivariate": {"variants": variants},
        INDEX: None,
        "holdout": None,
        "payloads": {},
    }
    flag = before["feature_flag"] | {"filters": filters, "version": 2}
    ended = {"end_date": NOW_ON_THE_WIRE, "status": "stopped", "updated_at": NOW_ON_THE_WIRE}
    assert response.json() == before | ended | VERDICT | {"feature_flag": flag}
    assert client.get(member(experiment)).json() == response.json()
    stored = Experiment.objects.get()
    assert (stored.start_date, stored.end_date, stored.conclusion) == (START, NOW, "won")
    assert (stored.feature_flag.filters, stored.feature_flag.active) == (filters, True)


def test_ship_variant__stopped__end_stays_and_conclusion_changes(client, project, ada):
    experiment = make_stopped(project, ada, conclusion="lost")

    response = client.post(step(experiment, "ship_variant"), {"variant_key": "control"} | VERDICT)

    assert response.json()["feature_flag"]["filters"]["groups"][0] == EVERYONE
    stored = Experiment.objects.get()
    assert (stored.start_date, stored.end_date) == (START, END)
    assert stored.conclusion == "won"


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ({}, ("lost", "Why")),
        ({"conclusion": None, "conclusion_comment": None}, ("lost", "Why")),
        ({"conclusion": "won"}, ("won", "Why")),
        ({"conclusion_comment": ""}, ("lost", "")),
    ],
    ids=["nothing", "nulls", "conclusion", "empty comment"],
)
def test_ship_variant__earlier_verdict__replaced_by_what_is_given(
    client, project, ada, sent, stored
):
    experiment = make_running(project, ada, conclusion="lost", conclusion_comment="Why")

    client.post(step(experiment, "ship_variant"), {"variant_key": "test"} | sent)

    found = Experiment.objects.get()
    assert (found.conclusion, found.conclusion_comment) == stored


def test_ship_variant__four_variants__same_order_and_only_name_kept(client, project, ada):
    experiment = make_running(project, ada)
    variants = [
        {"key": "a", "name": "", "rollout_percentage": 25},
        {"key": "control", "name": "Old", "rollout_percentage": 25, "color": "red"},
        {"key": "b", "rollout_percentage": 25, "split_percent": 25},
        {"key": "c", "name": None, "rollout_percentage": 25},
    ]
    filters = experiment.feature_flag.filters | {"multivariate": {"variants": variants}}
    set_flag(experiment, filters=filters)

    response = client.post(step(experiment, "ship_variant"), {"variant_key": "b"})

    assert response.json()["feature_flag"]["filters"]["multivariate"]["variants"] == [
        {"key": "a", "rollout_percentage": 0},
        {"key": "control", "name": "Old", "rollout_percentage": 0},
        {"key": "b", "rollout_percentage": 100},
        {"key": "c", "rollout_percentage": 0},
    ]


def test_ship_variant__other_filter_keys__kept(client, project, ada, holdout):
    experiment = make_running(project, ada, holdout=holdout)
    kept = {
        "payloads": {"test": '{"color": "red"}'},
        INDEX: 2,
        "feature_enrollment": True,
        "holdout": experiment.feature_flag.filters["holdout"],
    }
    groups = [{"properties": [], "rollout_percentage": 30, "variant": "control", INDEX: 2}]
    set_flag(experiment, filters=experiment.feature_flag.filters | kept | {"groups": groups})

    response = client.post(step(experiment, "ship_variant"), {"variant_key": "test"})

    filters = response.json()["feature_flag"]["filters"]
    assert {key: filters[key] for key in kept} == kept
    assert filters["holdout"]["id"] == holdout.pk
    assert filters["groups"] == [EVERYONE | {INDEX: 2}, *groups]


def test_ship_variant__same_variant_again__flag_written_once(client, project, ada):
    experiment = make_running(project, ada)
    client.post(step(experiment, "ship_variant"), {"variant_key": "test"})
    flag = FeatureFlag.objects.values().get()

    response = client.post(step(experiment, "ship_variant"), {"variant_key": "test"} | VERDICT)

    assert response.status_code == 200
    assert response.json()["conclusion"] == "won"
    assert FeatureFlag.objects.values().get() == flag


def test_ship_variant__another_variant_later__one_open_group(client, project, ada):
    experiment = make_running(project, ada)
    client.post(step(experiment, "ship_variant"), {"variant_key": "test"})

    response = client.post(step(experiment, "ship_variant"), {"variant_key": "control"})

    filters = response.json()["feature_flag"]["filters"]
    assert filters["groups"] == [EVERYONE, ALL]
    shares = [variant["rollout_percentage"] for variant in filters["multivariate"]["variants"]]
    assert shares == [100, 0]


def test_ship_variant__paused__flag_stays_inactive(client, project, ada):
    experiment = make_paused(project, ada)

    response = client.post(step(experiment, "ship_variant"), {"variant_key": "test"})

    assert response.json()["status"] == "stopped"
    assert response.json()["feature_flag"]["active"] is False


def test_ship_variant__another_experiment_on_the_flag__gets_the_new_shares(client, project, ada):
    make_flag(project, "checkout")
    shipped, other = (
        make_running(project, ada, feature_flag_key="checkout", name=name) for name in "ab"
    )

    client.post(step(shipped, "ship_variant"), {"variant_key": "test"})

    other.refresh_from_db()
    assert other.status == "running"
    shares = [
        variant["rollout_percentage"] for variant in other.parameters["feature_flag_variants"]
    ]
    assert shares == [0, 100]


def test_ship_variant__its_own_parameters__keep_the_planned_shares(client, project, ada):
    parameters = {"feature_flag_variants": TWO_VARIANTS}
    experiment = make_running(project, ada, parameters=parameters)

    response = client.post(step(experiment, "ship_variant"), {"variant_key": "test"})

    assert response.json()["parameters"] == parameters
    assert Experiment.objects.get().parameters == parameters


@pytest.mark.parametrize(
    ("body", "attr", "code"),
    [
        ({}, "variant_key", "required"),
        ({"variant_key": None}, "variant_key", "null"),
        ({"variant_key": ""}, "variant_key", "blank"),
        ({"variant_key": ["test"]}, "variant_key", "invalid_input"),
        ({"variant_key": "other"}, None, "invalid_input"),
        ({"variant_key": "Test"}, None, "invalid_input"),
        ({"variant_key": "test", "conclusion": "great"}, "conclusion", "invalid_choice"),
    ],
    ids=str,
)
def test_ship_variant__bad_body__refused(client, project, ada, body, attr, code):
    experiment = make_running(project, ada)
    before = everything()

    response = client.post(step(experiment, "ship_variant"), body)

    assert_invalid(response, attr, code)
    assert everything() == before


def test_ship_variant__draft__refused(client, project, ada):
    experiment = make_experiment(project, ada)
    before = everything()

    response = client.post(step(experiment, "ship_variant"), {"variant_key": "test"})

    assert_invalid(response, None)
    assert everything() == before


def test_ship_variant__flag_without_variants__refused(client, project, ada):
    experiment = make_running(project, ada)
    set_flag(experiment, filters={"groups": [], "multivariate": None})
    before = everything()

    response = client.post(step(experiment, "ship_variant"), {"variant_key": "test"})

    assert_invalid(response, None)
    assert everything() == before


@pytest.mark.parametrize(
    "broken",
    [{"groups": [{"rollout_percentage": 300}]}, {"holdout": {"id": "one"}}],
    ids=["group", "holdout"],
)
def test_ship_variant__flag_has_other_broken_filters__refused(client, project, ada, broken):
    experiment = make_running(project, ada)
    set_flag(experiment, filters=experiment.feature_flag.filters | broken)
    before = everything()

    response = client.post(step(experiment, "ship_variant"), {"variant_key": "test"})

    assert_invalid(response, "filters")
    assert everything() == before


def test_ship_variant__after_the_end_was_taken_back__stopped_again(client, project, ada):
    experiment = make_stopped(project, ada)
    client.post(step(experiment, "ship_variant"), {"variant_key": "test"})
    change_experiment(experiment, ada, end_date=None)

    response = client.post(step(experiment, "ship_variant"), {"variant_key": "test"})

    assert response.json()["status"] == "stopped"
    assert response.json()["feature_flag"]["version"] == 2


def _variants(*variants: tuple[str, str, int]) -> list[dict]:
    return [
        {"key": key, "name": name, "rollout_percentage": share} for key, name, share in variants
    ]
