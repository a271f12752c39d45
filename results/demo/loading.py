"""Making the project of the demo, its experiments and the events of their visitors."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from evaluation.flag_requests import FlagsRequest
from evaluation.selectors import ProjectFlags, get_project_flags
from evaluation.services import evaluate_flags
from events.services import capture
from events.wire import CapturedEvent, read_event
from experiments import services as experiments
from experiments.models import Experiment
from experiments.services.lifecycle import Shipment
from holdouts.models import Holdout
from holdouts.services import create_holdout
from results.demo.metrics import GUARDRAILS, PRIMARY, SECONDARY
from results.demo.scenarios import SCENARIOS, Arm, Scenario
from results.demo.visitors import arrival, deeds, random_of
from results.queries.zones import microseconds
from tenants.models import Organization, Project
from tenants.selectors import TokenProject
from tenants.services import create_project
from users.models import User

PROJECT_NAME = "Demo"
_BATCH = 2_000

# Told how many visitors have come since the last time.
Progress = Callable[[int], object]


class DemoExists(Exception):
    """The organization has a project of the demo already."""


def load_demo(
    *,
    organization: Organization,
    actor: User,
    seed: int,
    scale: float,
    now: datetime,
    progress: Progress,
) -> Project:
    """Make the demo's project and return it; the same seed gives the same visitors.

    `scale` multiplies the number of visitors.

    :raises DemoExists: when there is one.
    """
    if Project.objects.filter(organization=organization, name=PROJECT_NAME).exists():
        raise DemoExists
    project = create_project(organization=organization, name=PROJECT_NAME)
    holdout = _holdout(project, actor, now)
    for scenario in SCENARIOS:
        experiment = _experiment(scenario, project, holdout, actor, now)
        flags = get_project_flags(token=project.api_token)
        _capture_all(_events(scenario, flags, seed, scale, now, progress), project, now)
        _end(scenario, experiment, actor, now)
    return project


def _capture_all(events: Iterator[CapturedEvent], project: Project, now: datetime) -> None:
    while some := list(islice(events, _BATCH)):
        capture(project=TokenProject(project.pk, ingested_event=False), events=some, now=now)


def _holdout(project: Project, actor: User, now: datetime) -> Holdout:
    groups = [{"properties": [], "rollout_percentage": 10}]
    values: Any = {"name": "Without recommendations", "filters": groups}
    return create_holdout(project=project, values=values, actor=actor, now=now)


def _experiment(
    scenario: Scenario, project: Project, holdout: Holdout, actor: User, now: datetime
) -> Experiment:
    values: Any = {
        "name": scenario.name,
        "feature_flag_key": scenario.key,
        "description": scenario.description,
        "parameters": {"feature_flag_variants": scenario.variants, **scenario.parameters},
        "metrics": PRIMARY,
        "metrics_secondary": SECONDARY,
        "stats_config": {**scenario.stats_config, "guardrails": GUARDRAILS},
    }
    if scenario.started is not None:
        values["start_date"] = now - timedelta(days=scenario.started)
    if scenario.in_holdout:
        values["holdout"] = holdout
    return experiments.create_experiment(project=project, values=values, actor=actor, now=now)


def _end(scenario: Scenario, experiment: Experiment, actor: User, now: datetime) -> None:
    if scenario.is_paused:
        experiments.pause_experiment(experiment=experiment, actor=actor, now=now)
    if scenario.ended is not None:
        ended = now - timedelta(days=scenario.ended)
        verdict: Any = {"conclusion": scenario.conclusion}
        if scenario.shipped:
            experiments.ship_variant(
                experiment=experiment,
                shipment=Shipment(scenario.shipped),
                verdict=verdict,
                actor=actor,
                now=ended,
            )
        else:
            experiments.end_experiment(
                experiment=experiment, verdict=verdict, actor=actor, now=ended
            )


def _events(
    scenario: Scenario,
    flags: ProjectFlags,
    seed: int,
    scale: float,
    now: datetime,
    progress: Progress,
) -> Iterator[CapturedEvent]:
    arms = {arm.key: arm for arm in scenario.arms}
    for number in range(int(scenario.visitors * scale)):
        yield from _visit(scenario, arms, flags, seed, number, now)
        progress(1)


def _visit(
    scenario: Scenario,
    arms: dict[str, Arm],
    flags: ProjectFlags,
    seed: int,
    number: int,
    now: datetime,
) -> Iterator[CapturedEvent]:
    days = (scenario.started or 0) - (scenario.ended or 0)
    started = now - timedelta(days=scenario.started or 0)
    random = random_of(seed, scenario, number)
    visitor = f"{scenario.key}-{number}"
    asked = FlagsRequest(visitor, flag_keys=[scenario.key])
    outcome = evaluate_flags(project_flags=flags, asked=asked, runtime=None)[scenario.key]
    came = started + timedelta(seconds=arrival(random, days))
    value = outcome.value
    for place, deed in enumerate(deeds(arms.get(str(value)), scenario, value, random)):
        moment = came + timedelta(seconds=deed.after)
        if moment < now:
            document = {
                "event": deed.event,
                "distinct_id": visitor,
                "uuid": str(uuid5(NAMESPACE_URL, f"demo/{seed}/{visitor}/{place}")),
                "timestamp": moment.isoformat(),
                "properties": deed.properties,
            }
            yield read_event(document, now=microseconds(now))
