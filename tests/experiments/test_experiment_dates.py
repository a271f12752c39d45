from datetime import UTC, datetime

import pytest

from experiments.models import Experiment
from tests import factories
from tests.assertions import assert_invalid
from tests.experiments.database_rows import everything
from tests.experiments.lifecycle import set_flag
from tests.experiments.paths import collection, member
from tests.looping import in_one_test

MINIMAL = {"name": "Checkout", "feature_flag_key": "checkout"}
EARLY, LATE = "2024-02-10T00:00:00Z", "2024-03-10T00:00:00Z"
START = datetime(2024, 2, 10, tzinfo=UTC)


def test_experiment_dates__from_draft_to_stopped__status_follows(client, project):
    created = client.post(collection(project), MINIMAL).json()
    url = f"{collection(project)}{created['id']}/"

    started = client.patch(url, {"start_date": EARLY}).json()
    ended = client.patch(url, {"end_date": LATE}).json()

    assert (created["status"], created["start_date"], created["end_date"]) == ("draft", None, None)
    assert (started["status"], started["start_date"]) == ("running", EARLY)
    assert (ended["status"], ended["start_date"], ended["end_date"]) == ("stopped", EARLY, LATE)
    row = Experiment.objects.get()
    assert (row.status, row.start_date, row.end_date) == (
        "stopped",
        START,
        datetime(2024, 3, 10, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("dates", "status"),
    [
        ({}, "draft"),
        ({"start_date": EARLY}, "running"),
        ({"end_date": LATE}, "draft"),
        ({"start_date": EARLY, "end_date": LATE}, "stopped"),
        ({"start_date": None, "end_date": LATE}, "draft"),
    ],
    ids=str,
)
def test_experiment_dates__on_create__status(client, project, dates, status):
    response = client.post(collection(project), MINIMAL | dates)

    assert response.status_code == 201
    assert response.json()["status"] == Experiment.objects.get().status == status
    assert {key: response.json()[key] for key in dates} == dates


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("2021-12-01T10:23", "2021-12-01T10:23:00Z"),
        ("2021-12-01T10:23:45", "2021-12-01T10:23:45Z"),
        ("2021-12-01", "2021-12-01T00:00:00Z"),
        ("2021-12-01T10:23:45.678901Z", "2021-12-01T10:23:45.678901Z"),
        ("2021-12-01T10:23:00+05:30", "2021-12-01T04:53:00Z"),
        ("2021-12-01 10:23:00Z", "2021-12-01T10:23:00Z"),
    ],
)
def test_experiment_dates__accepted_spelling__shown_in_utc(client, experiment, sent, shown):
    response = client.patch(member(experiment), {"start_date": sent})

    assert response.status_code == 200
    assert response.json()["start_date"] == shown


@in_one_test("end", [EARLY, "2024-02-09T23:59:59Z", "2024-02-10T01:00:00+02:00"])
def test_experiment_dates__end_not_after_start_on_create__refused(client, project, end):
    response = client.post(collection(project), MINIMAL | {"start_date": EARLY, "end_date": end})

    assert_invalid(response, None)
    assert everything() == []


@in_one_test("end", [EARLY, "2024-02-09T23:59:59Z"])
def test_experiment_dates__end_not_after_start_on_update__refused(client, experiment, end):
    before = everything()

    response = client.patch(member(experiment), {"start_date": EARLY, "end_date": end})

    assert_invalid(response, None)
    assert everything() == before


def test_experiment_dates__only_end_sent__not_compared_to_the_stored_start(client, project, ada):
    experiment = factories.make_experiment(project, ada, start_date=START)

    response = client.patch(member(experiment), {"end_date": "2020-01-01T00:00:00Z"})

    assert response.status_code == 200
    assert response.json()["status"] == "stopped"


def test_experiment_dates__start_after_the_stored_end__accepted(client, project, ada):
    experiment = factories.make_experiment(project, ada, end_date=START)

    response = client.patch(member(experiment), {"start_date": "2030-01-01T00:00:00Z"})

    assert response.status_code == 200
    assert response.json()["status"] == "stopped"


def test_experiment_dates__start_null__draft_again(client, project, ada):
    experiment = factories.make_experiment(project, ada, start_date=START)

    response = client.patch(member(experiment), {"start_date": None})

    assert (response.json()["status"], response.json()["start_date"]) == ("draft", None)
    assert Experiment.objects.get().status == "draft"


def test_experiment_dates__end_null__running_again(client, project, ada):
    experiment = factories.make_experiment(
        project, ada, start_date=START, end_date=datetime(2024, 3, 10, tzinfo=UTC)
    )

    response = client.patch(member(experiment), {"end_date": None})

    assert (response.json()["status"], response.json()["end_date"]) == ("running", None)


@in_one_test("field", ["start_date", "end_date"])
@in_one_test(
    ("value", "code"),
    [
        ("", "invalid_input"),
        ("tomorrow", "invalid_input"),
        ("2024-13-01", "invalid_input"),
        ("2024-02-30T00:00:00Z", "invalid_input"),
        (20240101, "invalid_input"),
        (True, "invalid_input"),
        ([], "invalid_input"),
        ({}, "invalid_input"),
        ("2024-01-01\x00", "invalid_input"),
        ("9999-12-31T23:59:59-14:00", "overflow"),
        ("0001-01-01T00:00:00+14:00", "overflow"),
    ],
    ids=repr,
)
def test_experiment_dates__no_date__refused(client, experiment, field, value, code):
    before = everything()

    response = client.patch(member(experiment), {"name": "New", field: value})

    assert_invalid(response, field, code)
    assert everything() == before


@pytest.mark.parametrize("value", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"])
def test_experiment_dates__outermost__stored(client, project, experiment, value):
    response = client.patch(member(experiment), {"start_date": value})

    assert response.json()["start_date"] == value
    assert client.get(collection(project)).json()["results"][0]["start_date"] == value


@pytest.mark.parametrize(
    "state",
    [{"filters": {"groups": [], "multivariate": None}}, {"deleted": True}],
    ids=["boolean", "deleted"],
)
def test_experiment_dates__start_on_a_flag_that_cannot_be_launched__refused(
    client, experiment, state
):
    set_flag(experiment, **state)
    before = everything()

    response = client.patch(member(experiment), {"start_date": "2024-01-01T00:00:00Z"})

    assert_invalid(response, None)
    assert everything() == before


def test_experiment_dates__start_with_the_variants_that_the_flag_lacks__launched(
    client, experiment
):
    set_flag(experiment, filters=experiment.feature_flag.filters | {"multivariate": None})
    variants = {"feature_flag": {"filters": {"multivariate": {"variants": factories.TWO_VARIANTS}}}}

    response = client.patch(member(experiment), variants | {"start_date": "2024-01-01T00:00:00Z"})

    assert response.json()["status"] == "running"
