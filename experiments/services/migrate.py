"""Copying an experiment with legacy metrics into one with metrics of the current kind."""

from datetime import datetime
from typing import Any, cast

from activity.snapshots import snapshot
from core.db.transactions import require_transaction, use_case
from core.exceptions import Conflict, RuleBroken
from experiments.changes import Document, ExperimentChanges
from experiments.models import Experiment, ExperimentSavedMetric
from experiments.schedule import without_times
from experiments.selectors import live_experiments, lock_chosen_holdout, lock_experiment
from experiments.services.copy import COPIED, MIGRATED_FROM, MIGRATED_TO, free_name
from experiments.services.create import create_experiment
from experiments.services.metric_lists import METRIC_LISTS
from experiments.services.transition import saved
from experiments.services.update_rules import FlagIsDeleted, has_legacy_metrics
from experiments.validation import check_copied
from saved_metrics.documents import MetricDocumentError, converted, is_legacy
from saved_metrics.models import SavedMetric
from saved_metrics.selectors import lock_saved_metrics
from saved_metrics.services import create_saved_metric
from users.models import User

# Members of `stats_config`, as clients of the hosted service know them.
# What a copy that only puts its metrics otherwise has in common with the original.
_STATE = ("start_date", "end_date", "archived", "conclusion", "conclusion_comment", "holdout")
_SUFFIX = " (migrated)"
_MAX_NAME = 400


class NotLegacy(RuleBroken):
    """Raised for an experiment whose metrics are all of the current kind."""

    default_detail = "This experiment has no legacy metrics, so there is nothing to migrate."


class NotConvertible(RuleBroken):
    """Raised for a legacy metric that no metric of the current kind can stand for."""


@use_case
def migrate_experiment(*, experiment: Experiment, actor: User, now: datetime) -> Experiment:
    """Return the copy of an experiment, on its flag, that has its legacy metrics converted.

    It is made once: later calls return the same one, unless it was deleted.

    :raises Conflict: when someone changes its saved metrics or its holdout at the same time.
    :raises ETagMismatch: when the client expects another state of the experiment.
    :raises FlagDenied: when the actor may not change every experiment on the flag.
    :raises NotConvertible: when a metric has no counterpart; it names what has none.
    :raises NotLegacy: when it has no legacy metrics.
    :raises RuleBroken: when its flag is deleted, or something would not be accepted today.
    """
    original, saved_metrics = _locked(experiment)
    if not has_legacy_metrics(experiment=original):
        raise NotLegacy
    if (known := _known_copy(original)) is not None:
        return known
    if original.feature_flag.deleted:
        raise FlagIsDeleted
    before, inline = snapshot(original), _converted_lists(original)
    replaced = _converted_saved_metrics(original, saved_metrics, actor, now)
    values = _values(original, inline, replaced)
    copy = create_experiment.in_transaction(
        project=original.project, values=values, actor=actor, now=now
    )
    original.stats_config = (original.stats_config or {}) | {MIGRATED_TO: copy.pk}
    saved(original, before, actor, now, "stats_config")
    return copy


def _locked(experiment: Experiment) -> tuple[Experiment, dict[int, SavedMetric]]:
    """Lock an experiment after the saved metrics and the holdout that it uses."""
    require_transaction()
    ids = {link.saved_metric_id for link in experiment.shown_links}
    found = lock_saved_metrics(project=experiment.project, ids=ids)
    lock_chosen_holdout(project_id=experiment.project_id, holdout_id=experiment.holdout_id)
    locked = lock_experiment(experiment=experiment)
    is_other = locked.holdout_id != experiment.holdout_id
    if is_other or {link.saved_metric_id for link in locked.shown_links} - found.keys():
        raise Conflict
    return locked, found


def _known_copy(original: Experiment) -> Experiment | None:
    pk = (original.stats_config or {}).get(MIGRATED_TO)
    if not isinstance(pk, int) or isinstance(pk, bool):
        return None
    return live_experiments(project=original.project).filter(pk=pk).first()


def _converted_lists(original: Experiment) -> dict[str, list[Document]]:
    lists = {place.metrics: getattr(original, place.metrics) or [] for place in METRIC_LISTS}
    return {
        name: [_converted(metric, f"Metric {index}", name) for index, metric in enumerate(metrics)]
        for name, metrics in lists.items()
    }


def _converted_saved_metrics(
    original: Experiment, found: dict[int, SavedMetric], actor: User, now: datetime
) -> dict[int, SavedMetric]:
    """Return the saved metric that the copy links in place of each that the original does."""
    linked = [found[link.saved_metric_id] for link in original.shown_links]
    queries = {
        metric.pk: _converted(metric.query, f"The saved metric {metric.pk}", "saved_metrics_ids")
        for metric in linked
    }
    return {
        metric.pk: create_saved_metric.in_transaction(
            project=original.project,
            values={
                "name": metric.name[: _MAX_NAME - len(_SUFFIX)] + _SUFFIX,
                "description": metric.description,
                "query": queries[metric.pk],
                "tags": metric.tags,
            },
            actor=actor,
            now=now,
        )
        if is_legacy(document=metric.query)
        else metric
        for metric in linked
    }


def _converted(metric: Document, noun: str, attr: str) -> Document:
    if not is_legacy(document=metric):
        return metric
    try:
        return converted(document=metric)
    except MetricDocumentError as error:
        raise NotConvertible(f"{noun}: {error}", attr=attr) from None


def _values(
    original: Experiment, inline: dict[str, list[Document]], replaced: dict[int, SavedMetric]
) -> ExperimentChanges:
    check_copied(
        parameters=original.parameters,
        criteria=original.exposure_criteria,
        metrics=[metric for metrics in inline.values() for metric in metrics],
    )
    values: dict[str, Any] = {name: getattr(original, name) for name in (*COPIED, *_STATE)}
    for place in METRIC_LISTS:
        values[place.ordering] = _ordering(original, place.ordering, replaced)
    config = {k: v for k, v in (original.stats_config or {}).items() if k != MIGRATED_TO}
    values |= inline | {
        "name": free_name(original.name, original.project),
        "feature_flag_key": original.feature_flag.key,
        "scheduling_config": without_times(original.scheduling_config),
        "stats_config": config | {MIGRATED_FROM: original.pk},
        "saved_metrics_ids": [_link(link, replaced) for link in original.shown_links],
    }
    return cast("ExperimentChanges", values)


def _link(link: ExperimentSavedMetric, replaced: dict[int, SavedMetric]) -> Document:
    return {"id": replaced[link.saved_metric_id].pk, "metadata": link.metadata}


def _ordering(
    original: Experiment, name: str, replaced: dict[int, SavedMetric]
) -> list[str] | None:
    stored = getattr(original, name)
    if stored is None:
        return None
    renamed = {
        link.saved_metric.query.get("uuid"): replaced[link.saved_metric_id].query["uuid"]
        for link in original.shown_links
    }
    return [renamed.get(uuid, uuid) for uuid in stored]
