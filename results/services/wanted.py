"""The sources that experiments need, so that their facts are there before somebody asks."""

import logging
from collections.abc import Iterator
from datetime import datetime
from functools import cache

from django.utils import timezone

from actions.selectors import action_steps
from core.exceptions import APIException
from events.facts import SourceDefinition
from experiments.models import Experiment
from results import selectors
from results.plans import Actions, sources_of
from results.services.analysis import Subject, analysis_of, subject_of
from results.services.metrics import plan_of
from results.services.summary import metrics_of

_logger = logging.getLogger(__name__)


def wanted_sources() -> Iterator[tuple[int, SourceDefinition]]:
    """Iterate over the sources of all experiments that run or ended lately, with their projects."""
    now = timezone.now()
    actions_of = cache(lambda project: action_steps(project=project))
    for experiment in selectors.list_experiments_by_day(now=now):
        for definition in _sources_if_any(experiment, actions_of(experiment.project), now):
            yield experiment.project_id, definition


def _sources_if_any(
    experiment: Experiment, actions: Actions, now: datetime
) -> list[SourceDefinition]:
    try:
        return list(_sources(experiment, subject_of(experiment, now=now, actions=actions), now))
    except Exception:
        # The facts of all other experiments are kept up all the same.
        _logger.exception("The sources of the experiment %s cannot be told.", experiment.pk)
        return []


def _sources(experiment: Experiment, subject: Subject, now: datetime) -> Iterator[SourceDefinition]:
    try:
        analysis = analysis_of(subject, now=now)
    except APIException:
        # Whoever asks for its results is told.
        return
    yield from sources_of(analysis.exposure)
    for metric in metrics_of(experiment):
        try:
            plan = plan_of(metric.document, analysis)
        except APIException:
            continue
        yield from sources_of(analysis.exposure, plan)
