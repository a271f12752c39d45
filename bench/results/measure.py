"""Measuring results in a process with Django: what each takes, in turn, fastest of some rounds."""

import os
import sys
import time
from collections.abc import Callable

from django.core.management import call_command
from django.db import connection, connections

from bench.results.fill import END, capture_events, experiment_of, insert_facts
from bench.results.metrics import means, mixed
from events.facts import facts_alias
from experiments.models import Experiment
from results.models import StoredResult
from results.outcomes import ExperimentMetric
from results.plans import MetricPlan, PlannedSources, query_of
from results.services import read_overview
from results.services.analysis import Analysis, analysis_of, subject_of
from results.services.metrics import plan_of, read_metric
from results.services.sources import ready_sources
from results.services.summary import summarize

Work = Callable[[], object]
# So many rounds, but fewer where a round takes long.
_ROUNDS, _LONG, _FEWER = 5, 1_000_000, 2
_EXTRACTED = 20_000


def main(*arguments: str) -> list[dict[str, float]]:
    """Fill a project for each number of events and return the seconds of every line."""
    call_command("migrate", verbosity=0, interactive=False)
    extraction = _extraction()
    return [{"extraction": extraction} | _measured(int(events)) for events in arguments]


def _extraction() -> float:
    """Return the microseconds that the first extraction of a source takes for each event."""
    experiment = experiment_of("Extraction")
    capture_events(experiment, _EXTRACTED)
    analysis = analysis_of(subject_of(experiment, now=END), now=END)
    began = _now()
    ready_sources(analysis)
    return (_now() - began) / (_EXTRACTED / 2) * 1e6


def _measured(events: int) -> dict[str, float]:
    sys.stderr.write(f"  {events:,} events …\n")
    experiment = experiment_of(f"{events} events")
    analysis = analysis_of(subject_of(experiment, now=END), now=END)
    plans = {name: [plan_of(each, analysis) for each in found] for name, found in _SETS.items()}
    every = [plan for found in plans.values() for plan in found]
    sources = ready_sources(analysis, *every)
    insert_facts(events, _kinds(analysis, every, sources))
    works = _works(experiment, analysis, plans, sources)
    rounds = _ROUNDS if events < _LONG else _FEWER
    return {"events": events, "load": os.getloadavg()[0], **_fastest(works, rounds)}


def _kinds(
    analysis: Analysis, plans: list[MetricPlan], sources: PlannedSources
) -> list[tuple[str, int]]:
    """Return what each source holds, with its id."""
    found = {sources[analysis.exposure.source]: "exposure"}
    for definition in [each for plan in plans for each in plan.sources]:
        names = definition.event_names or ()
        kind = "amount" if definition.value.property else "purchase"
        found[sources[definition]] = "signup" if "signup" in names else kind
    return [(kind, source) for source, kind in found.items()]


_SETS = {"means": means(), "mixed": mixed()}


def _works(
    experiment: Experiment,
    analysis: Analysis,
    plans: dict[str, list[MetricPlan]],
    sources: PlannedSources,
) -> dict[str, Work]:
    first = plans["means"][0]
    stored = {
        name: [ExperimentMetric(each, "primary") for each in documents]
        for name, documents in _SETS.items()
    }
    experiment.metrics = _SETS["mixed"]
    return {
        "one": lambda: read_metric(first, analysis, sources),
        "bare": lambda: _bare(first, analysis, sources),
        "means alone": lambda: [read_metric(each, analysis, sources) for each in plans["means"]],
        "means together": lambda: summarize(analysis, stored["means"]),
        "mixed alone": lambda: [read_metric(each, analysis, sources) for each in plans["mixed"]],
        "mixed together": lambda: summarize(analysis, stored["mixed"]),
        "first read": lambda: (
            StoredResult.objects.all().delete(),
            read_overview(experiment=experiment, now=END),
        ),
        "second read": lambda: read_overview(experiment=experiment, now=END),
    }


def _bare(plan: MetricPlan, analysis: Analysis, sources: PlannedSources) -> object:
    """Execute the text of a mean, as somebody would by hand, and fetch its rows."""
    text = query_of(plan, analysis.exposure, sources, analysis.calendar).text
    with connections[facts_alias()].cursor() as cursor:
        cursor.execute(text)
        return cursor.fetchall()


def _fastest(works: dict[str, Work], rounds: int) -> dict[str, float]:
    """Return the seconds of the fastest of some rounds; each round does all in turn."""
    found: dict[str, float] = {}
    for _ in range(rounds):
        for name, work in works.items():
            began = _now()
            work()
            found[name] = min(found.get(name, float("inf")), _now() - began)
    return found


def _now() -> float:
    # SQLite computes in this process, so that its time does not depend on what else runs here.
    return time.process_time() if connection.vendor == "sqlite" else time.perf_counter()
