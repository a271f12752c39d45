"""Creating an experiment: its flag found or made, its metrics stamped, its saved metrics linked."""

from datetime import datetime
from typing import Any

from activity.services import record_creation
from activity.subjects import EXPERIMENT
from approvals.approved import Approved
from core.db import rows
from core.db.transactions import use_case
from experiments import metrics as experiment_metrics
from experiments.changes import NOT_COLUMNS, Document, ExperimentChanges
from experiments.models import Experiment
from experiments.selectors import lock_chosen_holdout
from experiments.services import metric_lists
from experiments.services.flag_choice import flag_for
from experiments.services.flag_sync import take_over_parameters
from experiments.services.folding import check_analysis, folded
from experiments.services.links import (
    Link,
    add_links,
    check_new_links,
    resolved_links,
    uuids_in,
)
from experiments.services.references import check_references
from experiments.services.schedule import write_schedule
from experiments.services.update_rules import unarchive_if_running
from experiments.validation import check_stats_config
from holdouts.models import Holdout
from tenants.models import Project
from users.models import User


@use_case
def create_experiment(
    *,
    project: Project,
    values: ExperimentChanges,
    actor: User,
    now: datetime,
    approval: Approved | None = None,
) -> Experiment:
    """Create an experiment on a new flag, or on the project's flag with that key as it is.

    :raises ApprovalRequired: when others must agree to the flag first; nothing is made then.
    :raises RuleBroken: when a rule about its metrics, statistics or flag is broken.
    :raises UnknownReference: when it names an action or a shared metric that is not there.
    :raises UnknownSavedMetric: when it names a saved metric that is not there.
    """
    values = folded(values)
    check_stats_config(values.get("stats_config"))
    check_references(project=project, values=values)
    links = _new_links(project, values)
    experiment = _new_experiment(project, values, links)
    experiment.holdout, experiment.created_by = _locked_holdout(project, values), actor
    experiment.created_at = experiment.updated_at = now
    _choose_flag(experiment, values, actor, approval)
    check_analysis(experiment=experiment)
    rows.insert(experiment)
    record_creation(EXPERIMENT, experiment, actor=actor, now=now)
    add_links(experiment=experiment, links=links, now=now)
    if experiment.scheduling_config:
        write_schedule(experiment=experiment, stored=None, actor=actor, now=now)
    return experiment


def _new_links(project: Project, values: ExperimentChanges) -> list[Link]:
    links = resolved_links(project=project, wanted=values.get("saved_metrics_ids"))
    check_new_links(links=links, stored=[])
    return links


def _locked_holdout(project: Project, values: ExperimentChanges) -> Holdout | None:
    chosen = getattr(values.get("holdout"), "pk", None)
    return lock_chosen_holdout(project_id=project.pk, holdout_id=chosen)


def _choose_flag(
    experiment: Experiment, values: ExperimentChanges, actor: User, approval: Approved | None
) -> None:
    experiment.feature_flag, is_adopted = flag_for(
        project=experiment.project,
        values=values,
        holdout=experiment.holdout,
        actor=actor,
        now=experiment.created_at,
        approval=approval,
    )
    if is_adopted or values.get("feature_flag") or "copied_flag" in values:
        take_over_parameters(experiment=experiment)


def _new_experiment(project: Project, values: ExperimentChanges, links: list[Link]) -> Experiment:
    others = NOT_COLUMNS | {"holdout"}
    columns: dict[str, Any] = {key: value for key, value in values.items() if key not in others}
    experiment = Experiment(project=project, **columns)
    experiment.stats_config = _with_stats_defaults(values.get("stats_config"), project)
    experiment.exposure_criteria = _with_exposure_defaults(values.get("exposure_criteria"))
    experiment.refresh_status()
    unarchive_if_running(experiment, is_wanted=experiment.archived)
    for column, metrics in metric_lists.sent_lists(values).items():
        setattr(experiment, column, experiment_metrics.with_uuids(metrics=metrics))
    metric_lists.check_uuids(experiment=experiment, links=links)
    metric_lists.stamp_fingerprints(experiment=experiment)
    _fill_orderings(experiment, values, links)
    metric_lists.check_orderings(experiment=experiment, links=links)
    return experiment


def _fill_orderings(experiment: Experiment, values: ExperimentChanges, links: list[Link]) -> None:
    has_linked_uuids = any(link.saved_metric.query.get("uuid") for link in links)
    for place in metric_lists.METRIC_LISTS:
        is_sent = values.get(place.metrics) is not None
        if is_sent or has_linked_uuids:
            expected = uuids_in(links, list_name=place.name)
            if is_sent:
                expected = metric_lists.known_uuids(experiment=experiment, links=links, place=place)
            ordering = experiment_metrics.with_added(
                ordering=getattr(experiment, place.ordering), uuids=expected
            )
            setattr(experiment, place.ordering, ordering)


def _with_stats_defaults(config: Document | None, project: Project) -> Document:
    config = dict(config or {})
    default = project.default_stats_method or project.organization.default_stats_method
    config["method"] = config.get("method") or default
    level = project.default_confidence_level
    if level is not None:
        for name, member, value in (
            ("bayesian", "ci_level", float(level)),
            ("frequentist", "alpha", float(1 - level)),
        ):
            section = config.get(name) or {}
            if isinstance(section, dict) and section.get(member) is None:
                config[name] = section | {member: value}
    return config


def _with_exposure_defaults(criteria: Document | None) -> Document:
    criteria = dict(criteria or {})
    if criteria.get("filterTestAccounts") is None:
        criteria["filterTestAccounts"] = True
    return criteria
