"""The scheduled commands: every past day of every metric, whatever is wrong with one of them."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from events.models import Source
from experiments.models import Experiment
from results.management.commands.recalculate_results import Command
from results.models import DailyResult
from tests import factories
from tests.results.conftest import AMOUNT, metric, purchases

pytestmark = pytest.mark.django_db

REVENUE = metric(source=purchases(**AMOUNT), uuid="11111111-1111-4111-8111-111111111111")
STRICT = metric("funnel", series=[{"event": "signup"}], funnel_order_type="strict")


@pytest.fixture
def launch(client, project):
    """Launch an experiment with a metric two days ago; return its answer."""

    def created(key="runs", **members):
        started = timezone.now() - timedelta(days=2)
        body = {"name": key, "feature_flag_key": key, "start_date": started, "metrics": [REVENUE]}
        answer = client.post(f"/api/projects/{project.pk}/experiments/", body | members)
        assert answer.status_code == 201, answer.json()
        return answer.json()

    return created


def test_recalculate_results__one_experiment_is_broken__days_of_the_others_stored(launch):
    Experiment.objects.filter(pk=launch("broken")["id"]).update(metrics=[5])
    launch()

    assert Command().result() == "2 daily results were computed"


def test_catch_up_facts__one_experiment_is_broken__sources_of_the_others_made(launch):
    Experiment.objects.filter(pk=launch("broken")["id"]).update(metrics=[5])
    launch()
    call_command("catch_up_facts", stdout=StringIO())

    assert Source.objects.filter(definition__contains="amount").exists()


def test_recalculate_results__day_computed_before_it_was_over__computed_again(launch):
    launch()
    Command().result()
    first = DailyResult.objects.earliest("day")
    noon = timezone.now() - timedelta(days=2, minutes=1)
    DailyResult.objects.filter(pk=first.pk).update(computed_at=noon)

    assert Command().result() == "1 daily results were computed"
    assert Command().result() == "0 daily results were computed"


def test_recalculate_results__days_that_failed__tried_again_until_one_fails_again(launch):
    launch(metrics=[STRICT])

    assert Command().result() == "2 daily results were computed"
    assert Command().result() == "1 daily results were computed"


def test_recalculate_results__linked_metric__found_by_the_fingerprint_that_is_shown(
    client, project, ada, launch
):
    query = REVENUE | {
        "fingerprint": "of its own",
        "breakdownFilter": {"breakdowns": [{"property": "plan"}]},
    }
    saved = factories.make_saved_metric(project, ada, query=query)
    split = {"type": "primary", "breakdowns": [{"property": "country", "type": "event"}]}
    links = [{"id": saved.pk, "metadata": split}]
    created = launch(metrics=[], saved_metrics_ids=links)
    Command().result()

    [link] = created["saved_metrics"]
    asked = {"metric_uuid": REVENUE["uuid"], "fingerprint": link["query"]["fingerprint"]}
    url = f"/api/projects/{project.pk}/experiments/{created['id']}/timeseries_results/"
    found = client.get(url, asked).json()

    assert sum(day is not None for day in found["timeseries"].values()) == 2
