"""Derives the changes of the flag from the changes of its experiment, and writes them."""

from datetime import datetime
from typing import cast

from approvals.approved import Approved
from core.exceptions import RuleBroken
from experiments.changes import Document, ExperimentChanges
from experiments.flag_settings import (
    FlagSettings,
    carried_parameters,
    changes_filters,
    differing,
    has_same_split,
    served_settings,
    settings_in,
    with_settings,
)
from experiments.models import Experiment
from experiments.selectors import others_on_flag
from experiments.services.flag_copy import copied_filters, copied_flag_fields
from experiments.status import Status
from experiments.validation import check_variant_keys
from experiments.variants import default_variants
from feature_flags import filters as flag_filters
from feature_flags.changes import FlagChanges, NewFlag
from feature_flags.services import write_flag
from holdouts.models import Holdout
from tenants.models import Project
from users.models import User

# A change of an experiment that names none of these leaves its flag alone.
ABOUT_THE_FLAG = frozenset({"parameters", "feature_flag", "holdout", "start_date"})
_DEFAULT_FILTERS = flag_filters.new_filters(
    variants=default_variants(), rollout_percentage=100, group_type_index=None, holdout=None
)


def new_flag(*, project: Project, values: ExperimentChanges, holdout: Holdout | None) -> NewFlag:
    """Return the flag that a new experiment starts with: active only when it has started.

    :raises RuleBroken: when `feature_flag` and `parameters` ask for different things.
    """
    settings, source = wanted_settings(values=values), values.get("copied_flag")
    continuity = settings.get("ensure_experience_continuity")
    if continuity is None:
        continuity = project.flags_persistence_default or False
    if source is None:
        filters = with_settings(_DEFAULT_FILTERS, settings=settings)
    else:
        # What the original's flag serves is taken over whole; only its split may be planned anew.
        filters = copied_filters(source.filters, planned=settings.get("variants"))
    new = NewFlag(
        key=values["feature_flag_key"],
        name=f"Feature Flag for Experiment {values['name']}",
        active=values.get("start_date") is not None,
        filters=flag_filters.with_holdout(filters, holdout=holdout_entry(holdout)),
        ensure_experience_continuity=continuity,
        folder=values.get("folder"),
        creation_context="experiments",
    )
    return new if source is None else cast("NewFlag", new | copied_flag_fields(source))


def wanted_settings(
    *, values: ExperimentChanges, experiment: Experiment | None = None
) -> FlagSettings:
    """Return what a request wants of the flag, whichever of the two members says it.

    :raises RuleBroken: when both say it differently, or the variants cannot be compared.
    """
    stored = None if experiment is None else experiment.parameters
    said = settings_in(values.get("parameters"), stored=stored)
    sent = values.get("feature_flag") or FlagSettings()
    for name, value in said.items():
        if name in sent and value != cast("dict[str, object]", sent)[name]:
            raise RuleBroken(
                f"feature_flag and parameters ask for different {name}. Send one of them.",
                attr="feature_flag",
            )
    if "variants" in sent:
        check_variant_keys([variant["key"] for variant in sent["variants"]])
    return said | sent


def missing_settings(*, experiment: Experiment, changes: ExperimentChanges) -> FlagSettings:
    """Return what a request wants of the experiment's flag and the flag does not do yet."""
    flag = experiment.feature_flag
    served = served_settings(flag.filters, continuity=flag.ensure_experience_continuity)
    missing = differing(wanted_settings(values=changes, experiment=experiment), served=served)
    if not experiment.is_draft and has_same_split(missing.get("variants"), served["variants"]):
        # Another order or other names: nobody would be served anything else.
        missing.pop("variants")
    return missing


def flag_changes(
    *, experiment: Experiment, changes: ExperimentChanges, holdout: Holdout | None
) -> FlagChanges:
    """Return what a change of an experiment means for its flag.

    What may not change any more in a launched experiment is refused before.

    :raises RuleBroken: when another experiment on the flag decides about its holdout.
    """
    wanted, flag = FlagChanges(), experiment.feature_flag
    settings = missing_settings(experiment=experiment, changes=changes)
    filters = flag.filters
    if changes_filters(settings):
        wanted["filters"] = filters = with_settings(filters, settings=settings)
    is_new = changes.get("parameters") not in (None, {}, experiment.parameters)
    if experiment.is_draft and ("holdout" in changes or "filters" in wanted or is_new):
        entry = _entry_beside_others(experiment, changes, holdout)
        if "filters" in wanted or filters.get("holdout") != entry:
            wanted["filters"] = flag_filters.with_holdout(filters, holdout=entry)
    if "ensure_experience_continuity" in settings:
        wanted["ensure_experience_continuity"] = settings["ensure_experience_continuity"]
    if experiment.is_draft and changes.get("start_date") is not None:
        wanted["active"] = True
    return wanted


def _entry_beside_others(
    experiment: Experiment, changes: ExperimentChanges, holdout: Holdout | None
) -> Document | None:
    entry, stored = holdout_entry(holdout), experiment.feature_flag.filters.get("holdout")
    if entry == stored:
        return entry
    governing = (stored or {}).get("id")
    deciding = [
        other
        for other in others_on_flag(experiment=experiment)
        if other.status == Status.RUNNING or (governing and other.holdout_id == governing)
    ]
    if not deciding:
        return entry
    if entry is not None and changes.get("holdout", experiment.holdout) != experiment.holdout:
        raise RuleBroken(
            f"The experiment {deciding[0].name} ({deciding[0].pk}) is on the same flag and decides "
            "about its holdout.",
            attr="holdout_id",
        )
    return cast("Document | None", stored)


def write_own_flag(
    experiment: Experiment,
    *,
    changes: FlagChanges,
    actor: User,
    now: datetime,
    approval: Approved | None,
) -> None:
    """Make these changes of an experiment's locked flag; it keeps its own copy of them.

    :raises ApprovalRequired: when others must agree first.
    """
    write_flag(
        flag=experiment.feature_flag,
        changes=changes,
        actor=actor,
        now=now,
        writer=experiment,
        approval=approval,
    )


def take_over_parameters(*, experiment: Experiment) -> None:
    """Make the experiment's parameters say what its flag says."""
    flag = experiment.feature_flag
    experiment.parameters = carried_parameters(
        experiment.parameters,
        filters=flag.shown_filters,
        continuity=flag.ensure_experience_continuity,
    )


def holdout_entry(holdout: Holdout | None) -> Document | None:
    """Return what a flag stores of the holdout."""
    if holdout is None:
        return None
    return flag_filters.holdout_entry(holdout_id=holdout.pk, groups=holdout.filters)
