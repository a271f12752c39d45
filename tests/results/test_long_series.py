"""Results by day of experiments that run for years: every day is shown, the last ones computed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.ops.background import wait_for_background
from results.models import DailyResult
from tests.results.conftest import AMOUNT, metric, purchases
from tests.results.test_criteria import save

pytestmark = pytest.mark.django_db(transaction=True)

UUID = "11111111-1111-4111-8111-111111111111"
REVENUE = metric(source=purchases(**AMOUNT), uuid=UUID)
NAMES = {"metric_uuid": UUID, "fingerprint": "f1"}


@pytest.fixture
def base(project, mini):
    save(mini, start_date=mini.end_date - timedelta(days=499))
    return f"/api/projects/{project.pk}/experiments/{mini.pk}"


@pytest.fixture
def read(client, base):
    return lambda: client.get(f"{base}/timeseries_results/", NAMES).json()


@pytest.fixture
def stored(mini, base):
    """The result of the first day, which was stored in its time."""
    day, found = mini.start_date.date(), {"stored": "long ago"}
    row = DailyResult(experiment=mini, day=day, status="completed", result=found, **NAMES)
    row.computed_at = timezone.now()
    row.save()
    return day.isoformat(), found


def recalculate(client, base):
    answer = client.post(
        f"{base}/recalculate_timeseries/", {"metric": REVENUE, "fingerprint": "f1"}
    )
    assert answer.status_code == 201
    wait_for_background()


def test_timeseries__500_days__all_shown(read, mini):
    series = read()["timeseries"]

    assert (len(series), min(series)) == (500, mini.start_date.date().isoformat())


def test_timeseries__20_years__the_last_ten(read, mini, base):
    save(mini, start_date=mini.end_date - timedelta(days=7_305))

    assert len(read()["timeseries"]) == 3_660


def test_timeseries__day_before_those_that_are_computed__shown(read, stored):
    day, found = stored

    assert read()["timeseries"][day] == found
    assert read()["status"] == "partial"


def test_recalculate_timeseries__500_days__older_ones_stay(client, base, read, stored):
    day, found = stored
    recalculate(client, base)

    series = read()["timeseries"]

    assert series[day] == found
    assert sum(each is not None for each in series.values()) == 401
