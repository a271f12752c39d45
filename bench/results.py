"""How fast results are over many events, beside the bare SQL: `python -m bench.results --help`."""

import argparse
import os
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 1, tzinfo=UTC)
PEOPLE_PER_EVENT = 0.2
DAYS = 28


def main() -> None:
    """Fill a project of its own with events, and tell what each step takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, nargs="+", default=[1_000_000])
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "experiments_api.settings")
    import django

    django.setup()
    for events in asked.events:
        measure(events)


def measure(events: int) -> None:
    """Measure with so many events, and print a line for each figure."""
    from results.services.analysis import analysis_of, subject_of
    from results.services.metrics import compute_metric, plan_of
    from results.services.sources import ready_sources
    from results.services.summary import metrics_of, summarize

    experiment = filled(events)
    now = START + timedelta(days=DAYS)
    analysis = analysis_of(subject_of(experiment), now=now)
    plans = [plan_of(each, analysis) for each in experiment.metrics]
    extraction = timed(lambda: ready_sources(analysis, *plans), rounds=1)
    sources = ready_sources(analysis, *plans)
    one = timed(lambda: compute_metric(plans[0], analysis, sources))
    bare = timed(lambda: bare_mean(plans[0], analysis, sources))
    ten = timed(lambda: [compute_metric(plan, analysis, sources) for plan in plans])
    together = timed(lambda: summarize(analysis, metrics_of(experiment), now=now))
    again = timed(lambda: answered(experiment))
    print(f"{events:,} events of {int(events * PEOPLE_PER_EVENT):,} people")
    print(f"  first extraction of two sources  {extraction:8.2f} s")
    print(f"  one mean                         {one:8.3f} s   {one / bare:.2f} x bare SQL")
    print(f"  ten means, one by one            {ten:8.3f} s")
    print(
        f"  ten means and exposures together {together:8.3f} s   {together / ten:.2f} x one by one"
    )
    print(f"  the same results again           {again:8.4f} s   {together / again:.0f} x faster")


def timed(work: Callable[[], object], *, rounds: int = 3) -> float:
    """Return the seconds of the fastest of some rounds."""
    found = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return min(found)


def answered(experiment: object) -> object:
    """Answer the overview from what is stored."""
    from results.services import overview_query

    return overview_query(experiment=experiment, now=START + timedelta(days=DAYS)).answer()


def bare_mean(plan: object, analysis: object, sources: object) -> object:
    """Execute the text of a mean, as somebody would by hand, and fetch its rows."""
    from django.db import connections

    from events.facts import facts_alias
    from results.plans import query_of

    text = query_of(plan, analysis.exposure, sources, analysis.calendar).text
    with connections[facts_alias()].cursor() as cursor:
        cursor.execute(text)
        return cursor.fetchall()


def filled(events: int) -> object:
    """Return an experiment of a new project with so many events: half exposures, half purchases."""
    from django.utils import timezone

    from events.services import capture
    from experiments.models import Experiment
    from experiments.services import create_experiment
    from tenants.models import Membership
    from tenants.selectors import TokenProject
    from tenants.services import create_project, default_organization

    organization = default_organization()
    owner = Membership.objects.filter(organization=organization).order_by("-level").first()
    project = create_project(organization=organization, name=f"Bench {events} {time.time_ns()}")
    values = {
        "name": "Bench",
        "feature_flag_key": "bench",
        "start_date": START,
        "end_date": START + timedelta(days=DAYS),
        "metrics": [mean(f"m{number}", number) for number in range(10)],
    }
    made = create_experiment(project=project, values=values, actor=owner.user, now=timezone.now())
    chance = random.Random(1)
    for first in range(0, events, 10_000):
        batch = [
            event(number, events, chance) for number in range(first, min(first + 10_000, events))
        ]
        capture(project=TokenProject(project.pk, True), events=batch, now=START)
    return Experiment.objects.select_related("project", "feature_flag").get(pk=made.pk)


def mean(name: str, window: int) -> dict[str, object]:
    """Return a metric document; each window makes it another question of the same source."""
    source = {"kind": "EventsNode", "event": "purchase", "math": "sum", "math_property": "amount"}
    return {
        "kind": "ExperimentMetric",
        "metric_type": "mean",
        "name": name,
        "source": source,
        "conversion_window": 7 + window,
        "conversion_window_unit": "day",
    }


def event(number: int, events: int, chance: random.Random) -> object:
    """Return an event: everybody is exposed at least once, and buys something now and then."""
    from events.numbers import actor_number, event_key
    from events.wire import CapturedEvent

    people = max(int(events * PEOPLE_PER_EVENT), 1)
    is_exposure = number % 2 == 0
    person = (number // 2) % people if is_exposure else chance.randrange(people)
    name = "$feature_flag_called" if is_exposure else "purchase"
    variant = "test" if person % 2 else "control"
    properties = {"$feature_flag": "bench", "$feature_flag_response": variant}
    distinct_id = f"p{person}"
    moment = START + timedelta(seconds=chance.random() * DAYS * 86_400)
    return CapturedEvent(
        key=event_key(str(number), name, distinct_id),
        event=name,
        actor=actor_number(distinct_id),
        distinct_id=distinct_id,
        ts=int(moment.timestamp() * 1_000_000),
        properties=properties if is_exposure else {"amount": round(chance.expovariate(0.03), 2)},
    )


if __name__ == "__main__":
    main()
