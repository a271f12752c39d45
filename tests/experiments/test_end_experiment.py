import pytest

from experiments.models import Experiment
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
    step,
)
from tests.experiments.paths import member
from tests.factories import MEAN_METRIC, change_experiment

VERDICT = {"conclusion": "won", "conclusion_comment": "Everyone bought more."}


def test_end_experiment__running__stopped_now_with_its_verdict(client, project, ada, time_machine):
    experiment = make_running(project, ada)
    before = client.get(member(experiment)).json()
    flag = FeatureFlag.objects.values().get()
    time_machine.move_to(NOW, tick=False)

    response = client.post(step(experiment, "end"), VERDICT)

    assert response.status_code == 200
    ended = {"end_date": NOW_ON_THE_WIRE, "status": "stopped", "updated_at": NOW_ON_THE_WIRE}
    assert response.json() == before | ended | VERDICT
    assert client.get(member(experiment)).json() == response.json()
    stored = Experiment.objects.get()
    assert (stored.start_date, stored.end_date, stored.status) == (START, NOW, "stopped")
    assert (stored.conclusion, stored.conclusion_comment) == tuple(VERDICT.values())
    assert FeatureFlag.objects.values().get() == flag


def test_end_experiment__paused__flag_stays_inactive(client, project, ada):
    experiment = make_paused(project, ada)
    flag = FeatureFlag.objects.values().get()

    response = client.post(step(experiment, "end"))

    assert response.json()["status"] == "stopped"
    assert FeatureFlag.objects.values().get() == flag


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ({}, (None, None)),
        (None, (None, None)),
        ({"conclusion": None, "conclusion_comment": None}, (None, None)),
        ({"conclusion": "lost"}, ("lost", None)),
        ({"conclusion_comment": ""}, (None, "")),
        ({"conclusion_comment": "x" * 5000}, (None, "x" * 5000)),
    ],
    ids=["empty", "no body", "nulls", "conclusion", "empty comment", "long comment"],
)
def test_end_experiment__earlier_verdict__overwritten(client, project, ada, sent, stored):
    experiment = make_running(project, ada, **VERDICT)

    client.post(step(experiment, "end"), sent)

    found = Experiment.objects.get()
    assert (found.conclusion, found.conclusion_comment) == stored


@pytest.mark.parametrize("conclusion", ["won", "lost", "inconclusive", "stopped_early", "invalid"])
def test_end_experiment__known_conclusion__stored(client, project, ada, conclusion):
    experiment = make_running(project, ada)

    response = client.post(step(experiment, "end"), {"conclusion": conclusion})

    assert response.json()["conclusion"] == conclusion


@pytest.mark.parametrize("conclusion", ["", "great", "Won", 1, True, ["won"], {}], ids=repr)
def test_end_experiment__unknown_conclusion__refused(client, project, ada, conclusion):
    experiment = make_running(project, ada)
    before = everything()

    response = client.post(step(experiment, "end"), VERDICT | {"conclusion": conclusion})

    assert_invalid(response, "conclusion", "invalid_choice")
    assert everything() == before


@pytest.mark.parametrize("comment", [["a"], {"a": 1}, True], ids=repr)
def test_end_experiment__comment_is_no_text__refused(client, project, ada, comment):
    experiment = make_running(project, ada)
    before = everything()

    response = client.post(step(experiment, "end"), {"conclusion_comment": comment})

    assert_invalid(response, "conclusion_comment")
    assert everything() == before


@pytest.mark.parametrize("body", [[], "won", 3], ids=repr)
def test_end_experiment__body_is_no_object__refused(client, project, ada, body):
    experiment = make_running(project, ada)
    before = everything()

    response = client.post(step(experiment, "end"), body)

    assert_invalid(response, None)
    assert everything() == before


def test_end_experiment__form__read(client, project, ada):
    experiment = make_running(project, ada)

    response = client.post(
        step(experiment, "end"),
        b"conclusion=won&conclusion_comment=Good",
        content_type="application/x-www-form-urlencoded",
    )

    assert response.json()["conclusion"] == "won"
    assert response.json()["conclusion_comment"] == "Good"


def test_end_experiment__metrics__keep_their_fingerprints(client, project, ada):
    experiment = make_running(project, ada, metrics=[MEAN_METRIC])

    client.post(step(experiment, "end"))

    assert Experiment.objects.get().metrics == experiment.metrics


def test_end_experiment__starts_in_the_future__stopped_before_its_start(
    client, project, ada, time_machine
):
    experiment = make_running(project, ada)
    time_machine.move_to(START.replace(year=2025), tick=False)

    response = client.post(step(experiment, "end"))

    assert response.status_code == 200
    assert response.json()["status"] == "stopped"


def test_end_experiment__ended_already__refused(client, project, ada):
    experiment = change_experiment(make_running(project, ada), ada, end_date=END)
    before = everything()

    response = client.post(step(experiment, "end"), VERDICT)

    assert_invalid(response, None)
    assert everything() == before


def test_end_experiment__bad_conclusion_of_a_draft__conclusion_named_first(client, experiment):
    response = client.post(step(experiment, "end"), {"conclusion": "great"})

    assert_invalid(response, "conclusion", "invalid_choice")
