import pytest

from experiments.models import Experiment
from experiments.services import freeze_exposure
from experiments.status import TRANSITIONS, Status, refusal_of
from tests.assertions import assert_invalid
from tests.experiments.database_rows import everything
from tests.experiments.lifecycle import NOW, make_paused, make_running, make_stopped, step
from tests.factories import make_experiment
from tests.looping import in_one_test


def make_archived(project, ada):
    return make_stopped(project, ada, archived=True)


def make_frozen(project, ada):
    experiment = make_running(project, ada)
    return freeze_exposure(experiment=experiment, persons=(), actor=ada, now=NOW)


MAKERS = {
    "draft": make_experiment,
    "running": make_running,
    "frozen": make_frozen,
    "paused": make_paused,
    "stopped": make_stopped,
    "archived": make_archived,
}
# For every step, what becomes of an experiment at each stage; None: refused, nothing changes.
EXPECTED = {
    "launch": {
        "draft": "running",
        "running": None,
        "frozen": None,
        "paused": None,
        "stopped": None,
        "archived": None,
    },
    "pause": {
        "draft": None,
        "running": "paused",
        "frozen": "paused",
        "paused": None,
        "stopped": None,
        "archived": None,
    },
    "resume": {
        "draft": None,
        "running": None,
        "frozen": None,
        "paused": "running",
        "stopped": None,
        "archived": None,
    },
    "end": {
        "draft": None,
        "running": "stopped",
        "frozen": "stopped",
        "paused": "stopped",
        "stopped": None,
        "archived": None,
    },
    "ship_variant": {
        "draft": None,
        "running": "stopped",
        "frozen": "stopped",
        "paused": "stopped",
        "stopped": "stopped",
        "archived": "archived",
    },
    "archive": {
        "draft": None,
        "running": None,
        "frozen": None,
        "paused": None,
        "stopped": "archived",
        "archived": None,
    },
    "unarchive": {
        "draft": None,
        "running": None,
        "frozen": None,
        "paused": None,
        "stopped": None,
        "archived": "stopped",
    },
    "reset": {
        "draft": None,
        "running": "draft",
        "frozen": "draft",
        "paused": "draft",
        "stopped": "draft",
        "archived": "draft",
    },
    "freeze_exposure": dict.fromkeys(MAKERS) | {"running": "frozen"},
    "unfreeze_exposure": dict.fromkeys(MAKERS) | {"frozen": "running"},
}
CASES = [(name, stage, row[stage]) for name, row in EXPECTED.items() for stage in row]
TAKEN = [case for case in CASES if case[2] is not None]
REFUSED = [case[:2] for case in CASES if case[2] is None]


@pytest.mark.parametrize(("name", "stage", "expected"), TAKEN)
def test_transition__step_at_a_stage_that_allows_it__next_stage(
    client, project, ada, name, stage, expected
):
    experiment = MAKERS[stage](project, ada)

    response = client.post(step(experiment, name), {"variant_key": "test"})

    assert response.status_code == 200, response.content
    assert _stage(Experiment.objects.get()) == expected
    known = {"paused": "running", "archived": "stopped", "frozen": "exposure_frozen"}
    shown = known.get(expected, expected)
    assert response.json()["status"] == shown


@in_one_test(("name", "stage"), REFUSED)
def test_transition__step_at_another_stage__refused(client, project, ada, name, stage):
    experiment = MAKERS[stage](project, ada)
    before = everything()

    response = client.post(step(experiment, name), {"variant_key": "test"})

    assert_invalid(response, None)
    assert everything() == before


def test_transitions__table_of_the_code__every_step_expected_here():
    assert EXPECTED.keys() == TRANSITIONS.keys()
    for name, row in EXPECTED.items():
        assert row.keys() == MAKERS.keys()
        taken = {Status.STOPPED if stage == "archived" else stage for stage in row if row[stage]}
        assert taken - {"paused", "frozen"} <= TRANSITIONS[name]


@pytest.mark.parametrize("name", TRANSITIONS)
@pytest.mark.parametrize("status", list(Status))
def test_refusal_of__any_step_and_state__reason_or_none(name, status):
    refusal = refusal_of(step=name, status=status)

    if status in TRANSITIONS[name]:
        assert refusal is None
    else:
        assert name in refusal
        assert refusal.endswith(f"this one is {status}.")


def _stage(experiment: Experiment) -> str:
    if experiment.archived:
        return "archived"
    if experiment.status == "running" and not experiment.feature_flag.active:
        return "paused"
    if experiment.shown_status == "exposure_frozen":
        return "frozen"
    return experiment.status
