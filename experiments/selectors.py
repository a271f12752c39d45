"""Looking up and locking experiments."""

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from actions.selectors import action_steps, actions_about
from core import preconditions
from core.db.compiled_query import CompiledQuery, Param
from core.exceptions import NotFound, RuleBroken
from core.http.query_text import is_id, json_list, searchable
from events.selectors import latest_properties
from experiments.listing import about, counts_action, listed
from experiments.models import Experiment, ExperimentSavedMetric
from experiments.rows import SHOWN, links_with_metrics
from experiments.running_time import BaselineStats, Estimate, NoEstimate, Plan, estimate
from experiments.status import Status
from feature_flags.selectors import lock_experiments_on
from holdouts.models import Holdout
from holdouts.selectors import lock_holdout
from tenants.access import Access
from tenants.levels import EXPERIMENT
from tenants.models import Project

# A queued lookup of the experiment; call it for the row.
Deferred = Callable[[], Experiment | None]

# How many events of a name are looked at, and of how many names, for what a flag gave.
SAMPLE, MAX_SAMPLE, MAX_NAMES = 20, 100, 20
FLAG_PROPERTY = "$feature/"


def all_experiments(*, project: Project) -> QuerySet[Experiment]:
    """Return the project's experiments, deleted ones too, with all that they show."""
    return (
        Experiment.objects.filter(project=project)
        .select_related(*SHOWN)
        .prefetch_related(Prefetch("saved_metric_links", queryset=links_with_metrics()))
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
    *, access: Access, parameters: Mapping[str, str], clock: Callable[[], datetime]
) -> QuerySet[Experiment]:
    """Return the experiments a list shows, newest first and without archived ones by default.

    What a page of them shows is read by `experiments.rows`.

    :raises RuleBroken: when a parameter of the URL makes no sense.
    """
    experiments = Experiment.objects.filter(project=access.project, deleted=False)
    if event := searchable(parameters.get("event", "")):
        actions = actions_about(access=access, event=event)
        experiments = experiments.filter(about(event, actions=actions))
    return listed(experiments, project_id=access.project.pk, parameters=parameters, clock=clock)


def editable_ids(*, experiments: QuerySet[Experiment], access: Access) -> list[int]:
    """Return the ids of those of these experiments that the caller may change, in their order."""
    rows = experiments.only("id", "created_by")
    return [row.pk for row in rows if access.may_write(EXPERIMENT, row)]


def experiments_about(*, access: Access, action_id: int) -> QuerySet[Experiment]:
    """Return the experiments that count an action, or expose by it, which the caller may know of.

    Those that link a saved metric about it count it as well.
    """
    counted = counts_action(action_id)
    found = Experiment.objects.filter(counted, project=access.project, deleted=False)
    return access.visible(EXPERIMENT, found).select_related("created_by").order_by("id")


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


def lacks_flag_values(*, access: Access, parameters: Mapping[str, str], now: datetime) -> bool:
    """Tell whether no recent event of the names that a URL lists says what a flag gave.

    :raises RuleBroken: when `events` or `actions` is no JSON list.
    """
    limit = parameters.get("limit", "")
    sample = min(int(limit), MAX_SAMPLE) if is_id(limit) and int(limit) else SAMPLE
    since = now - timedelta(days=7)
    return not any(
        name.startswith(FLAG_PROPERTY)
        for event in _event_names(access, parameters)
        for properties in latest_properties(
            project_id=access.project.pk, event=event, since=since, limit=sample
        )
        for name in properties
    )


def _event_names(access: Access, parameters: Mapping[str, str]) -> list[str]:
    ids = {
        name: [each.get("id") for each in _entities(parameters.get(name), name)]
        for name in ("events", "actions")
    }
    steps = action_steps(project=access.project, access=access) if ids["actions"] else {}
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


def lock_chosen_holdout(*, project_id: int, holdout_id: int | None) -> Holdout | None:
    """Lock the holdout that a client chose and return it as it is now.

    :raises RuleBroken: when it was deleted meanwhile.
    """
    if holdout_id is None:
        return None
    try:
        return lock_holdout(project_id=project_id, holdout_id=holdout_id)
    except NotFound:
        raise RuleBroken(
            f'Invalid pk "{holdout_id}" - object does not exist.',
            attr="holdout_id",
            code="does_not_exist",
        ) from None


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


def others_on_flag(*, experiment: Experiment) -> list[Experiment]:
    """Return what else the flag of an experiment is driven by: drafts and what runs."""
    found = Experiment.objects.filter(feature_flag=experiment.feature_flag_id, deleted=False)
    others = found.exclude(pk=experiment.pk).exclude(status=Status.STOPPED)
    return list(others.only("status", "holdout_id", "name").order_by("pk"))


def is_flag_run_by_another(*, experiment: Experiment) -> bool:
    """Tell whether another experiment runs on the flag of this one, which a draft may share."""
    others = others_on_flag(experiment=experiment)
    return any(other.status == Status.RUNNING for other in others)


def read_links(experiment: Experiment) -> None:
    """Read which saved metrics the experiment uses, and show those."""
    experiment.show_links(_LINKS_OF(experiment_id=experiment.pk))


def _live() -> QuerySet[Experiment]:
    return Experiment.objects.filter(
        project_id=Param("project_id"), pk=Param("pk"), deleted=False
    ).select_related(*SHOWN)


def _to_change() -> QuerySet[Experiment]:
    return Experiment.objects.filter(project_id=Param("project_id"), pk=Param("pk")).only(
        "project", "feature_flag", "holdout", "created_by", "deleted"
    )


def _links_of_one() -> QuerySet[ExperimentSavedMetric]:
    return links_with_metrics().filter(experiment_id=Param("experiment_id"))


def _locked() -> QuerySet[Experiment]:
    return (
        Experiment.objects.filter(pk=Param("pk"))
        .select_related(*SHOWN)
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
        experiment.show_links(links())
    return experiment


def _percent_change(*, last: int, previous: int) -> float:
    if not previous:
        return 100.0 if last else 0.0
    return round((last - previous) / previous * 100, 1)
