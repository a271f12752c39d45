"""Representation of experiments, written out by hand; tests compare it with the serializers."""

from collections.abc import Iterable
from typing import Any

from core.http.representation import Representation, shown_choice, shown_moment
from experiments.metrics import dated_queries, with_experiment_dates
from experiments.models import Experiment, ExperimentSavedMetric
from feature_flags.represent import represent_minimal_flag
from holdouts.serializers import represent_holdout
from saved_metrics.serializers import action_names_of
from tenants.levels import EXPERIMENT
from users.serializers import represent_creator

Context = dict[str, Any]


def represent_experiment(experiment: Experiment, context: Context) -> Representation:
    """Return an experiment as `ExperimentSerializer` defines it."""
    links, holdout = experiment.shown_links, experiment.holdout
    # Wire quirk: tags-when-there-are-some, see docs/quirks.md.
    tags = {"tags": experiment.tags} if experiment.tags else {}
    return {
        "id": experiment.pk,
        "name": experiment.name,
        "description": experiment.description,
        "start_date": shown_moment(experiment.start_date),
        "end_date": shown_moment(experiment.end_date),
        "feature_flag_key": experiment.feature_flag_key,
        "feature_flag": represent_minimal_flag(experiment.feature_flag),
        "holdout": None if holdout is None else represent_holdout(holdout),
        "holdout_id": experiment.holdout_id,
        "exposure_cohort": experiment.exposure_cohort_id,
        "parameters": experiment.parameters,
        "secondary_metrics": experiment.secondary_metrics,
        "saved_metrics": [represent_link(link, context) for link in links],
        "saved_metrics_ids": shown_links(links),
        "filters": experiment.filters,
        "archived": experiment.archived,
        "deleted": experiment.deleted,
        "created_by": represent_creator(experiment.created_by),
        "created_at": shown_moment(experiment.created_at),
        "updated_at": shown_moment(experiment.updated_at),
        "type": shown_choice(experiment.type),
        "exposure_criteria": experiment.exposure_criteria,
        "metrics": _shown_metrics(experiment.metrics, experiment, context),
        "metrics_secondary": _shown_metrics(experiment.metrics_secondary, experiment, context),
        "stats_config": experiment.stats_config,
        "scheduling_config": experiment.scheduling_config,
        "_create_in_folder": experiment.folder,
        "conclusion": shown_choice(experiment.conclusion),
        "conclusion_comment": experiment.conclusion_comment,
        "primary_metrics_ordered_uuids": experiment.primary_metrics_ordered_uuids,
        "secondary_metrics_ordered_uuids": experiment.secondary_metrics_ordered_uuids,
        "exposure_preaggregation_enabled": experiment.exposure_preaggregation_enabled,
        "status": shown_choice(experiment.shown_status),
        "user_access_level": context["access"].level_of_object(EXPERIMENT, experiment),
        **tags,
    }


def represent_link(link: ExperimentSavedMetric, context: Context) -> Representation:
    """Return the use of a saved metric as `SavedMetricLinkSerializer` defines it."""
    return {
        "id": link.pk,
        "experiment": link.experiment_id,
        "saved_metric": link.saved_metric_id,
        "metadata": link.metadata,
        "created_at": shown_moment(link.created_at),
        "query": shown_query(link, context),
        "name": link.saved_metric.name,
    }


def shown_metric(metric: object, experiment: Experiment, context: Context) -> Any:
    """Return a metric with the dates of the experiment and the current names of actions."""
    if not isinstance(metric, dict):
        return metric
    if dated_queries(metric=metric):
        start, end = (
            "" if date is None else date.isoformat().replace("+00:00", "Z")
            for date in (experiment.start_date, experiment.end_date)
        )
        metric = with_experiment_dates(metric=metric, start=start, end=end)
    return action_names_of(context).refreshed(metric)


def shown_query(link: ExperimentSavedMetric, context: Context) -> object:
    """Return the query of a linked saved metric, with its fingerprint in this experiment."""
    experiment, query = link.experiment, link.saved_metric.query
    if not query:
        return query
    shown: dict[str, object] = shown_metric(query, experiment, context)
    return shown | {"fingerprint": experiment.fingerprint_of(query)}


def shown_links(links: Iterable[ExperimentSavedMetric]) -> list[object]:
    """Return references to saved metrics as they are sent."""
    return [{"id": link.saved_metric_id, "metadata": link.metadata} for link in links]


def _shown_metrics(
    metrics: list[object] | None, experiment: Experiment, context: Context
) -> object:
    if metrics is None:
        return None
    return [shown_metric(metric, experiment, context) for metric in metrics]
