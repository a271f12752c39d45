"""From what an experiment shall be to what its flag shall be; decides, does not write."""

from experiments.changes import Document, ExperimentChanges
from experiments.models import Experiment
from experiments.variants import default_variants, sent_variants
from feature_flags import filters as documents
from feature_flags.changes import FlagChanges, NewFlag
from holdouts.models import Holdout
from tenants.models import Project

_INDEX = "aggregation_group_type_index"


def new_flag(*, project: Project, values: ExperimentChanges, holdout: Holdout | None) -> NewFlag:
    """Return the flag that a new experiment starts with: active only when it has started."""
    parameters = values.get("parameters") or {}
    rollout = parameters.get("rollout_percentage")
    continuity = parameters.get("ensure_experience_continuity")
    if continuity is None:
        continuity = project.flags_persistence_default or False
    return NewFlag(
        key=values["feature_flag_key"],
        name=f"Feature Flag for Experiment {values['name']}",
        active=values.get("start_date") is not None,
        filters=documents.new_filters(
            variants=sent_variants(parameters) or default_variants(),
            rollout_percentage=100 if rollout is None else rollout,
            group_type_index=parameters.get(_INDEX),
            holdout=holdout_entry(holdout),
        ),
        ensure_experience_continuity=continuity,
        folder=values.get("folder"),
        creation_context="experiments",
    )


def flag_changes(
    *, experiment: Experiment, changes: ExperimentChanges, holdout: Holdout | None
) -> FlagChanges:
    """Return what a change of a draft means for its flag; nothing for any other experiment."""
    wanted = FlagChanges()
    if not experiment.is_draft:
        return wanted
    filters = experiment.feature_flag.filters
    if changes.get("parameters"):
        filters = _with_parameters(filters, changes["parameters"])
    if changes.get("parameters") or "holdout" in changes:
        wanted["filters"] = documents.with_holdout(filters, holdout=holdout_entry(holdout))
    if changes.get("start_date") is not None:
        wanted["active"] = True
    return wanted


def holdout_entry(holdout: Holdout | None) -> Document | None:
    """Return what a flag stores of the holdout."""
    if holdout is None:
        return None
    return documents.holdout_entry(holdout_id=holdout.pk, groups=holdout.filters)


def _with_parameters(filters: Document, parameters: Document) -> Document:
    variants = sent_variants(parameters)
    if variants:
        filters = documents.with_variants(filters, variants=variants)
    # Wire quirk: parameters-without-variants, see docs/quirks.md.
    if variants or _INDEX in parameters:
        filters = documents.with_group_type_index(filters, index=parameters.get(_INDEX))
    rollout = parameters.get("rollout_percentage")
    if rollout is not None:
        filters = documents.with_rollout_percentage(filters, percentage=rollout)
    return filters
