"""Changing an experiment: what may change in which state, and what follows from it."""

from datetime import datetime

from activity.services import record_update
from activity.snapshots import State, snapshot
from activity.subjects import EXPERIMENT
from core.exceptions import Conflict
from core.transactions import use_case
from experiments import metrics as documents
from experiments.changes import ExperimentChanges
from experiments.models import Experiment
from experiments.selectors import all_experiments, lock_experiment
from experiments.services import metric_lists
from experiments.services.flag_sync import flag_changes
from experiments.services.links import Link, resolved_links, stored_links, write_links
from experiments.services.locks import locked_choice
from experiments.services.scheduling import write_schedule
from experiments.services.update_rules import check_changes
from experiments.validation import check_stats_config
from feature_flags.services import update_flag
from users.models import User

_NOT_COLUMNS = frozenset({"feature_flag_key", "saved_metrics_ids"})


@use_case
def update_experiment(
    *, experiment: Experiment, changes: ExperimentChanges, actor: User, now: datetime
) -> Experiment:
    """Change an experiment and, while it is a draft, its flag with it.

    :raises ApprovalRequired: when others must agree to the flag first; nothing is changed then.
    :raises RuleBroken: when something may not change, or not to this; nothing is changed then.
    :raises Conflict: when someone chose another holdout for it at the same time.
    """
    project, holdout_before = experiment.project, experiment.holdout_id
    wanted_links = None
    if "saved_metrics_ids" in changes:
        wanted_links = resolved_links(project=project, wanted=changes["saved_metrics_ids"])
    # Changes that tell the flag nothing of it leave the holdout to others.
    is_told = "holdout" in changes or bool(changes.get("parameters"))
    wanted = changes.get("holdout", experiment.holdout) if is_told else None
    holdout = locked_choice(project=project, holdout=wanted)
    experiment = lock_experiment(experiment=experiment)
    if is_told and experiment.holdout_id != holdout_before:
        raise Conflict

    before = snapshot(experiment)
    check_changes(experiment=experiment, changes=changes)
    flag_wanted = flag_changes(experiment=experiment, changes=changes, holdout=holdout)
    links = _apply(experiment, changes, wanted_links)
    if flag_wanted:
        update_flag(flag=experiment.feature_flag, changes=flag_wanted, actor=actor, now=now)
    if wanted_links is not None:
        write_links(experiment=experiment, links=links, now=now)
    return _saved(experiment, changes, before=before, actor=actor, now=now)


def _saved(
    experiment: Experiment,
    changes: ExperimentChanges,
    *,
    before: State,
    actor: User,
    now: datetime,
) -> Experiment:
    experiment.updated_at = now
    experiment.save(update_fields=_written_columns(changes))
    if "scheduling_config" in changes:
        write_schedule(experiment=experiment, actor=actor, now=now)
    saved = all_experiments(project=experiment.project).get(pk=experiment.pk)
    record_update(EXPERIMENT, saved, before=before, actor=actor, now=now)
    return saved


def _apply(
    experiment: Experiment, changes: ExperimentChanges, wanted_links: list[Link] | None
) -> list[Link]:
    if "stats_config" in changes:
        check_stats_config(changes["stats_config"])
    links_before = stored_links(experiment=experiment)
    links = links_before if wanted_links is None else wanted_links
    before = {
        place: metric_lists.known_uuids(experiment=experiment, links=links_before, place=place)
        for place in metric_lists.METRIC_LISTS
    }
    _assign(experiment, changes)
    metric_lists.check_uuids(experiment=experiment)
    metric_lists.stamp_fingerprints(experiment=experiment)
    for place in metric_lists.METRIC_LISTS:
        after = metric_lists.known_uuids(experiment=experiment, links=links, place=place)
        ordering = documents.reordered(
            ordering=getattr(experiment, place.ordering), before=before[place], after=after
        )
        setattr(experiment, place.ordering, ordering)
    metric_lists.check_orderings(experiment=experiment, links=links)
    return links


def _assign(experiment: Experiment, changes: ExperimentChanges) -> None:
    for place in metric_lists.METRIC_LISTS:
        metrics = changes.get(place.metrics)
        if metrics is not None:
            metric_lists.check_actions(
                project=experiment.project, metrics=metrics, attr=place.metrics
            )
            changes = changes | {place.metrics: documents.with_uuids(metrics=metrics)}
    for column in changes.keys() - _NOT_COLUMNS:
        setattr(experiment, column, changes[column])
    experiment.refresh_status()


def _written_columns(changes: ExperimentChanges) -> list[str]:
    # Lists and orderings follow the dates and the statistics. The parameters are written back
    # because a flag that changed has put its variants into every experiment on it, this one too,
    # and for this one the client's word counts.
    derived = {"parameters", "status", "updated_at"}
    for place in metric_lists.METRIC_LISTS:
        derived |= {place.metrics, place.ordering}
    return sorted((changes.keys() - _NOT_COLUMNS) | derived)
