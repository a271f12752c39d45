"""What reading shows, and the locks a change needs."""

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from actions.selectors import action_steps, actions_about
from core import preconditions
from core.db.compiled_query import CompiledQuery, Param
from core.db.prefetch import prefetch_shared
from core.exceptions import NotFound, RuleBroken
from core.http.query_text import is_id, json_list, searchable
from events.selectors import latest_properties
from experiments.listing import about, listed
from experiments.models import Experiment, ExperimentSavedMetric
from experiments.running_time import BaselineStats, Estimate, NoEstimate, Plan, estimate
from experiments.status import Status
from feature_flags.selectors import lock_experiments_on
from tenants.models import Project

# Whoever seeks has it asked together with whatever is asked next, and calls this for the answer.
Deferred = Callable[[], Experiment | None]

# How many events of a name are looked at, and of how many names, for what a flag gave.
SAMPLE, MAX_SAMPLE, MAX_NAMES = 20, 100, 20
FLAG_PROPERTY = "$feature/"
_SHOWN = ("feature_flag", "holdout", "holdout__created_by", "created_by")


def all_experiments(*, project: Project) -> QuerySet[Experiment]:
    """Return the project's experiments, deleted ones too, with all that they show."""
    return (
        Experiment.objects.filter(project=project)
        .select_related(*_SHOWN)
        .prefetch_related(Prefetch("saved_metric_links", queryset=_links()))
    )


def live_experiments(*, project: Project) -> QuerySet[Experiment]:
    """Return the project's experiments that are not deleted."""
    return all_experiments(project=project).filter(deleted=False)


def prefetch_live_experiment(*, project_id: int, reference: str) -> Deferred:
    """Ask for the experiment with this id and all that it shows; for none that is deleted."""
    if not is_id(reference):
        return _nothing
    found = _LIVE.queue_read(project_id=project_id, pk=int(reference))
    links = _LINKS_OF.queue_read(experiment_id=int(reference))
    return lambda: _with_links(_first(found()), links)


def prefetch_experiment_to_change(*, project_id: int, reference: str) -> Deferred:
    """Ask for the experiment with this id, even a deleted one, with hardly more than its keys.

    Whoever changes it locks it, and learns then what it is like.
    """
    if not is_id(reference):
        return _nothing
    found = _TO_CHANGE.queue_read(project_id=project_id, pk=int(reference))
    return lambda: _first(found())


def list_experiments(
    *, project: Project, parameters: Mapping[str, str], clock: Callable[[], datetime]
) -> QuerySet[Experiment]:
    """Return the experiments a list shows, newest first and without archived ones by default.

    What they show beside their flags is fetched for a page of them by `prefetch_related_rows`.

    :raises RuleBroken: when a parameter of the URL makes no sense.
    """
    experiments = Experiment.objects.filter(project=project, deleted=False)
    if event := searchable(parameters.get("event", "")):
        actions = actions_about(project=project, event=event)
        experiments = experiments.filter(about(event, actions=actions))
    return listed(experiments.select_related("feature_flag"), parameters=parameters, clock=clock)


def prefetch_related_rows(*, experiments: list[Experiment]) -> None:
    """Give the experiments of a page all else that they show.

    Many experiments share few holdouts, people and metrics, so that joining them costs more.
    """
    holdouts = prefetch_shared(experiments, name="holdout")
    prefetch_shared([*experiments, *holdouts], name="created_by")
    shown = {experiment.pk: experiment for experiment in experiments}
    for experiment in experiments:
        experiment.shown_links = []
    links = list(ExperimentSavedMetric.objects.filter(experiment__in=shown).order_by("id"))
    prefetch_shared(links, name="saved_metric")
    for link in links:
        # A metric that is gone by now has taken its links with it.
        if link.saved_metric is not None:
            link.experiment = shown[link.experiment_id]
            link.experiment.shown_links.append(link)


def experiment_stats(*, project: Project, now: datetime) -> dict[str, float]:
    """Count the project's experiments by what happened to them, in days of its time zone."""
    today = now.astimezone(project.zone).date()
    end, middle, start = (
        datetime.combine(today + timedelta(days=days), time.min, project.zone)
        for days in (1, -30, -60)
    )
    lately = {
        "launched_last_30d": Q(start_date__gte=middle, start_date__lt=end),
        "launched_previous_30d": Q(start_date__gte=start, start_date__lt=middle),
        "active_experiments": Q(status=Status.RUNNING),
        "completed_last_30d": Q(end_date__gte=middle, end_date__lt=end),
    }
    shown = Experiment.objects.filter(project=project, deleted=False, archived=False)
    counts = shown.aggregate(**{name: Count("pk", filter=rule) for name, rule in lately.items()})
    last, previous = counts["launched_last_30d"], counts["launched_previous_30d"]
    return counts | {"percent_change": _percent_change(last=last, previous=previous)}


def lacks_flag_values(*, project: Project, parameters: Mapping[str, str], now: datetime) -> bool:
    """Tell whether no recent event of the names that a URL lists says what a flag gave.

    :raises RuleBroken: when `events` or `actions` is no JSON list.
    """
    limit = parameters.get("limit", "")
    sample = min(int(limit), MAX_SAMPLE) if is_id(limit) and int(limit) else SAMPLE
    since = now - timedelta(days=7)
    return not any(
        name.startswith(FLAG_PROPERTY)
        for event in _event_names(project, parameters)
        for properties in latest_properties(
            project_id=project.pk, event=event, since=since, limit=sample
        )
        for name in properties
    )


def _event_names(project: Project, parameters: Mapping[str, str]) -> list[str]:
    ids = {
        name: [each.get("id") for each in _entities(parameters.get(name), name)]
        for name in ("events", "actions")
    }
    steps = action_steps(project=project) if ids["actions"] else {}
    numbers = [int(text) for text in map(str, ids["actions"]) if is_id(text)]
    names = [*ids["events"], *(s.get("event") for each in numbers for s in steps.get(each, ()))]
    texts = dict.fromkeys(searchable(name) for name in names if isinstance(name, str) and name)
    return list(texts)[:MAX_NAMES]


def _entities(text: str | None, name: str) -> list[dict[str, object]]:
    found = json_list(text) if text else []
    if found is None:
        raise RuleBroken(f"{name} must be a JSON list.")
    return [each for each in found if isinstance(each, dict)]


def estimate_running_time(*, wanted: Mapping[str, Any]) -> Estimate:
    """Return how many people and days an experiment needs.

    :raises RuleBroken: when a number is missing or makes no sense; `attr` names it.
    """
    stats = wanted.get("baseline_stats")
    sums = None if stats is None else BaselineStats(**stats)
    try:
        return estimate(Plan(**{**wanted, "baseline_stats": sums}))
    except NoEstimate as problem:
        raise RuleBroken(str(problem), attr=problem.field) from None


def lock_experiment(*, experiment: Experiment) -> Experiment:
    """Lock an experiment and its flag and return it as it is now, with all that it shows.

    Its siblings on the same flag are locked too: a change of the flag changes them. The people and
    the holdout that it shows decide nothing here: whoever needs the holdout locks it before.

    :raises ETagMismatch: when the client expects another state of it.
    :raises NotFound: when it went with its project meanwhile.
    """
    lock_experiments_on(flag_id=experiment.feature_flag_id)
    links = _LINKS_OF.queue(experiment_id=experiment.pk)
    locked = _with_links(_LOCKED.first(pk=experiment.pk), links)
    if locked is None:
        raise NotFound
    if Experiment.project.is_cached(experiment):
        locked.project = experiment.project
    preconditions.check(locked)
    return locked


def read_links(experiment: Experiment) -> list[ExperimentSavedMetric]:
    """Return which saved metrics the experiment uses."""
    return _linked(experiment, _LINKS_OF(experiment_id=experiment.pk))


def _links() -> QuerySet[ExperimentSavedMetric]:
    return ExperimentSavedMetric.objects.select_related("saved_metric").order_by("id")


def _live() -> QuerySet[Experiment]:
    return Experiment.objects.filter(
        project_id=Param("project_id"), pk=Param("pk"), deleted=False
    ).select_related(*_SHOWN)


def _to_change() -> QuerySet[Experiment]:
    return Experiment.objects.filter(project_id=Param("project_id"), pk=Param("pk")).only(
        "project", "feature_flag", "holdout", "created_by", "deleted"
    )


def _links_of_one() -> QuerySet[ExperimentSavedMetric]:
    return _links().filter(experiment_id=Param("experiment_id"))


def _locked() -> QuerySet[Experiment]:
    return (
        Experiment.objects.filter(pk=Param("pk"))
        .select_related(*_SHOWN)
        .select_for_update(of=("feature_flag",))
    )


_LIVE = CompiledQuery(_live)
_TO_CHANGE = CompiledQuery(_to_change)
_LINKS_OF = CompiledQuery(_links_of_one)
_LOCKED = CompiledQuery(_locked)


def _nothing() -> None:
    return None


def _first(found: list[Experiment]) -> Experiment | None:
    return found[0] if found else None


def _with_links(
    experiment: Experiment | None, links: Callable[[], list[ExperimentSavedMetric]]
) -> Experiment | None:
    if experiment is not None:
        experiment.shown_links = _linked(experiment, links())
    return experiment


def _linked(
    experiment: Experiment, links: list[ExperimentSavedMetric]
) -> list[ExperimentSavedMetric]:
    # Known already, so that nobody need read it.
    for link in links:
        link.experiment = experiment
    return links


def _percent_change(*, last: int, previous: int) -> float:
    if not previous:
        return 100.0 if last else 0.0
    return round((last - previous) / previous * 100, 1)
