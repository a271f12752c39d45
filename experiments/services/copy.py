"""Making a new draft from an experiment, in its project or in another one."""

from datetime import datetime
from typing import Any, cast

from approvals.approved import Approved
from core import preconditions
from core.db.transactions import use_case
from core.exceptions import BareError
from experiments.changes import ExperimentChanges
from experiments.metrics import without_shared_ids
from experiments.models import Experiment
from experiments.schedule import without_times
from experiments.selectors import all_experiments
from experiments.services.create import create_experiment
from experiments.services.update_rules import has_legacy_metrics
from experiments.validation import check_copied
from tenants.models import Project
from users.models import User

MAX_NAME_LENGTH = 400
# What the statistics of a migrated experiment and of its original say of each other.
MIGRATED_FROM, MIGRATED_TO = "migrated_from", "migrated_to"
# What every copy has in common with its original.
COPIED = (
    "description",
    "type",
    "parameters",
    "filters",
    "metrics",
    "metrics_secondary",
    "stats_config",
    "exposure_criteria",
    "primary_metrics_ordered_uuids",
    "secondary_metrics_ordered_uuids",
    "exposure_preaggregation_enabled",
    "tags",
)


class NotCopied(BareError):
    """Raised for an experiment with metrics of a kind that can only be read."""

    # Wire quirk: copies-refuse-barely, see docs/quirks.md.
    members = ("detail",)
    default_detail = "An experiment with legacy metrics cannot be copied."


@use_case
def duplicate_experiment(
    *,
    experiment: Experiment,
    name: str | None,
    feature_flag_key: str | None,
    actor: User,
    now: datetime,
    approval: Approved | None = None,
) -> Experiment:
    """Make a draft like the experiment in its project, on the same flag unless a key is given.

    :raises ApprovalRequired: when others must agree to a new flag first.
    :raises NotCopied: when it has legacy metrics.
    :raises RuleBroken: when something in it would not be accepted today.
    """
    links = experiment.shown_links
    values = _values(experiment, name=name, project=experiment.project) | {
        "feature_flag_key": feature_flag_key or experiment.feature_flag_key,
        "saved_metrics_ids": [
            {"id": link.saved_metric_id, "metadata": link.metadata} for link in links
        ],
    }
    return create_experiment.in_transaction(
        project=experiment.project, values=values, actor=actor, now=now, approval=approval
    )


@use_case
def copy_experiment(
    *,
    experiment: Experiment,
    target: Project,
    name: str | None,
    feature_flag_key: str | None,
    actor: User,
    now: datetime,
    approval: Approved | None = None,
) -> Experiment:
    """Make a draft like the experiment in another project; what belongs to its own stays there.

    :raises ApprovalRequired: when others must agree to a new flag first.
    :raises NotCopied: when it has legacy metrics.
    :raises RuleBroken: when something in it would not be accepted today.
    """
    values = _values(experiment, name=name, project=target) | {
        "feature_flag_key": feature_flag_key or experiment.feature_flag_key,
    }
    for column in ("metrics", "metrics_secondary"):
        values[column] = without_shared_ids(metrics=values[column])
    return create_experiment.in_transaction(
        project=target, values=values, actor=actor, now=now, approval=approval
    )


def _values(experiment: Experiment, *, name: str | None, project: Project) -> ExperimentChanges:
    # Nothing of it is locked: what is copied is what was read.
    preconditions.check(experiment)
    if has_legacy_metrics(experiment=experiment):
        raise NotCopied
    check_copied(
        parameters=experiment.parameters,
        criteria=experiment.exposure_criteria,
        metrics=[*(experiment.metrics or []), *(experiment.metrics_secondary or [])],
    )
    values: dict[str, Any] = {field: getattr(experiment, field) for field in COPIED}
    values["stats_config"] = _without_migration(experiment.stats_config)
    # For a key that no flag has; a flag that is there is taken as it is.
    values["copied_flag"] = experiment.feature_flag
    values["name"] = name or free_name(experiment.name, project)
    values["scheduling_config"] = without_times(experiment.scheduling_config)
    return cast("ExperimentChanges", values)


def _without_migration(config: Any) -> Any:
    # The migrated experiment is the original's other one, and not the copy's.
    if not isinstance(config, dict):
        return config
    return {
        name: value for name, value in config.items() if name not in (MIGRATED_FROM, MIGRATED_TO)
    }


def free_name(name: str, project: Project) -> str:
    """Return a name for a copy that no experiment of the project has which is not deleted."""
    wanted = f"{name} (Copy)"
    taken = set(
        all_experiments(project=project)
        .filter(deleted=False, name__startswith=wanted[: MAX_NAME_LENGTH - 20])
        .values_list("name", flat=True)
    )
    number, candidate = 0, wanted[:MAX_NAME_LENGTH]
    while candidate in taken:
        number += 1
        suffix = f" {number}"
        candidate = wanted[: MAX_NAME_LENGTH - len(suffix)] + suffix
    return candidate
