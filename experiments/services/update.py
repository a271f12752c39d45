"""Updating an experiment."""

from datetime import datetime
from typing import cast

from activity.services import record_update
from activity.snapshots import State, snapshot
from activity.subjects import EXPERIMENT
from approvals.approved import Approved
from core.db import rows
from core.db.transactions import use_case
from core.exceptions import Conflict
from experiments import metrics as experiment_metrics
from experiments.changes import NOT_COLUMNS, Document, ExperimentChanges
from experiments.models import Experiment
from experiments.selectors import lock_chosen_holdout, lock_experiment
from experiments.services import metric_lists
from experiments.services.flag_choice import check_launchable
from experiments.services.flag_sync import (
    ABOUT_THE_FLAG,
    flag_changes,
    take_over_parameters,
    write_own_flag,
)
from experiments.services.folding import check_baseline, check_excluded, folded
from experiments.services.freeze import thaw_after_reset
from experiments.services.links import (
    Link,
    check_new_links,
    replace_links,
    resolved_links,
    stored_links,
)
from experiments.services.references import NAMES_OTHERS, check_references
from experiments.services.schedule import write_schedule
from experiments.services.update_rules import check_changes, unarchive_if_running
from experiments.status import Status
from experiments.validation import check_stats_config
from feature_flags.changes import FlagChanges
from holdouts.models import Holdout
from users.models import User

_DERIVED = (
    "status",
    "archived",
    "parameters",
    *(place.metrics for place in metric_lists.METRIC_LISTS),
    *(place.ordering for place in metric_lists.METRIC_LISTS),
)
# A change that names none of these leaves an experiment without metrics without them.
_ABOUT_METRICS = frozenset(
    {
        "saved_metrics_ids",
        *(place.metrics for place in metric_lists.METRIC_LISTS),
        *(place.ordering for place in metric_lists.METRIC_LISTS),
    }
)


@use_case
def update_experiment(
    *,
    experiment: Experiment,
    changes: ExperimentChanges,
    actor: User,
    now: datetime,
    approval: Approved | None = None,
) -> Experiment:
    """Change an experiment and, while it is a draft, its flag with it.

    :raises ApprovalRequired: when others must agree to the flag first; nothing is changed then.
    :raises RuleBroken: when something may not change, or not to this; nothing is changed then.
    :raises Conflict: when someone chose another holdout for it at the same time.
    """
    wanted_links = _wanted_links(experiment, changes)
    experiment, holdout = _locked(experiment, changes)
    sent, changes, before = changes, folded(changes, experiment=experiment), snapshot(experiment)
    check_changes(experiment=experiment, changes=changes)
    wanted = _wanted_of_flag(experiment, sent, holdout)
    _apply(experiment, changes, wanted_links)
    if _tells_of_holdout(sent):
        experiment.holdout = holdout
    if wanted:
        write_own_flag(experiment, changes=wanted, actor=actor, now=now, approval=approval)
    _thaw_if_reset(experiment, before, actor, now)
    _settle_analysis(experiment, changes, before, is_flag_changed=bool(wanted))
    _write(experiment, changes, before, actor, now)
    if wanted_links is not None:
        replace_links(experiment=experiment, links=wanted_links, now=now)
    return experiment


def _thaw_if_reset(experiment: Experiment, before: State, actor: User, now: datetime) -> None:
    if experiment.is_draft and before["start_date"] is not None:
        thaw_after_reset(experiment, actor=actor, now=now)


def _write(
    experiment: Experiment, changes: ExperimentChanges, before: State, actor: User, now: datetime
) -> None:
    experiment.updated_at = now
    rows.update(experiment, columns=_written_columns(experiment, changes, before))
    record_update(EXPERIMENT, experiment, before=before, actor=actor, now=now)
    if "scheduling_config" in changes:
        _write_schedule(experiment, before, actor, now)


def _write_schedule(experiment: Experiment, before: State, actor: User, now: datetime) -> None:
    stored = cast("Document | None", before["scheduling_config"])
    write_schedule(experiment=experiment, stored=stored, actor=actor, now=now)


def _settle_analysis(
    experiment: Experiment, changes: ExperimentChanges, before: State, *, is_flag_changed: bool
) -> None:
    # An ended experiment keeps what it planned, whatever its flag served when it was shipped.
    follows_flag = is_flag_changed or experiment.status != Status.STOPPED
    if changes.get("feature_flag") and follows_flag:
        take_over_parameters(experiment=experiment)
    is_new = changes.get("stats_config") not in (None, before["stats_config"])
    if is_new or is_flag_changed:
        check_baseline(experiment=experiment)
    if changes.keys() & {"parameters", "stats_config"}:
        check_excluded(experiment=experiment)


def _locked(
    experiment: Experiment, changes: ExperimentChanges
) -> tuple[Experiment, Holdout | None]:
    is_told, before = _tells_of_holdout(changes), experiment.holdout_id
    wanted = getattr(changes["holdout"], "pk", None) if "holdout" in changes else before
    holdout = lock_chosen_holdout(
        project_id=experiment.project_id, holdout_id=wanted if is_told else None
    )
    experiment = lock_experiment(experiment=experiment)
    if is_told and experiment.holdout_id != before:
        raise Conflict
    return experiment, holdout


def _tells_of_holdout(changes: ExperimentChanges) -> bool:
    # Changes that tell the flag nothing of it leave the holdout to others.
    return "holdout" in changes or bool(changes.get("parameters") or changes.get("feature_flag"))


def _wanted_of_flag(
    experiment: Experiment, changes: ExperimentChanges, holdout: Holdout | None
) -> FlagChanges:
    # As they were sent: what is folded into them is about the analysis.
    if not changes.keys() & ABOUT_THE_FLAG:
        return FlagChanges()
    wanted = flag_changes(experiment=experiment, changes=changes, holdout=holdout)
    if experiment.is_draft and changes.get("start_date") is not None:
        check_launchable(experiment.feature_flag, filters=wanted.get("filters"))
    return wanted


def _wanted_links(experiment: Experiment, changes: ExperimentChanges) -> list[Link] | None:
    if "saved_metrics_ids" not in changes:
        return None
    return resolved_links(project=experiment.project, wanted=changes["saved_metrics_ids"])


def _apply(
    experiment: Experiment, changes: ExperimentChanges, wanted_links: list[Link] | None
) -> None:
    if "stats_config" in changes:
        check_stats_config(changes["stats_config"])
    if not (changes.keys() & _ABOUT_METRICS or _has_metrics(experiment)):
        _assign(experiment, changes)
        return
    links_before = stored_links(experiment=experiment)
    links = links_before if wanted_links is None else wanted_links
    check_new_links(links=links, stored=links_before)
    uuids = metric_lists.all_known_uuids(experiment=experiment, links=links_before)
    _assign(experiment, changes)
    if wanted_links is not None or metric_lists.sent_lists(changes):
        metric_lists.check_uuids(experiment=experiment, links=links)
    metric_lists.stamp_fingerprints(experiment=experiment)
    metric_lists.reorder(experiment=experiment, links=links, before=uuids)
    metric_lists.check_orderings(experiment=experiment, links=links)


def _has_metrics(experiment: Experiment) -> bool:
    return bool(experiment.metrics or experiment.metrics_secondary or experiment.shown_links)


def _assign(experiment: Experiment, changes: ExperimentChanges) -> None:
    if changes.keys() & NAMES_OTHERS:
        check_references(project=experiment.project, values=changes, experiment=experiment)
    sent = metric_lists.sent_lists(changes)
    with_uuids = {
        name: experiment_metrics.with_uuids(metrics=metrics) for name, metrics in sent.items()
    }
    was_archived = experiment.archived
    for column, value in {**changes, **with_uuids}.items():
        if column not in NOT_COLUMNS:
            setattr(experiment, column, value)
    experiment.refresh_status()
    unarchive_if_running(experiment, is_wanted=changes.get("archived") is True and not was_archived)


def _written_columns(experiment: Experiment, changes: ExperimentChanges, before: State) -> set[str]:
    # Lists and orderings follow the dates and the statistics, but seldom differ.
    differing = {name for name in _DERIVED if getattr(experiment, name) != before[name]}
    return (changes.keys() - NOT_COLUMNS) | differing | {"updated_at"}
