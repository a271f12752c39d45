"""The steps of an experiment's life, each one transaction over the experiment and its flag."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from approvals.approved import Approved
from core.db.transactions import use_case
from core.exceptions import RuleBroken
from experiments.models import Experiment
from experiments.services import metric_lists
from experiments.services.flag_choice import check_launchable, check_may_change
from experiments.services.flag_copy import SHIPPED_NOTE
from experiments.services.flag_sync import write_own_flag
from experiments.services.freeze import retire_snapshots, thaw_after_reset
from experiments.services.transition import WrongStep, at_step, saved
from feature_flags import filters as flag_filters
from feature_flags.freeze import frozen_cohorts, without_freeze
from users.models import User


class Verdict(TypedDict, total=False):
    """What was learned: an absent key or None means that nothing is said."""

    conclusion: str | None
    conclusion_comment: str | None


@dataclass(frozen=True)
class Shipment:
    """Which variant is shipped, and whether also to those that no condition lets in."""

    variant_key: str
    is_for_everyone: bool = True


@use_case
def launch_experiment(
    *, experiment: Experiment, actor: User, now: datetime, approval: Approved | None = None
) -> Experiment:
    """Start a draft now and activate its flag.

    :raises ApprovalRequired: when others must agree to the flag's activation first.
    :raises WrongStep: when it is no draft.
    :raises UnusableFlag: when its flag is deleted or lacks the variants.
    """
    experiment, before = at_step("launch", experiment)
    check_launchable(experiment.feature_flag)
    experiment.start_date = now
    # Wire quirk: launch-clears-the-end, see docs/quirks.md.
    experiment.end_date = None
    experiment.archived = False
    metric_lists.stamp_fingerprints(experiment=experiment)
    if not experiment.feature_flag.active:
        write_own_flag(
            experiment, changes={"active": True}, actor=actor, now=now, approval=approval
        )
    launched = ("start_date", "end_date", "archived", "metrics", "metrics_secondary")
    return saved(experiment, before, actor, now, *launched)


@use_case
def end_experiment(
    *, experiment: Experiment, verdict: Verdict, actor: User, now: datetime
) -> Experiment:
    """Stop a running experiment now; its conclusion becomes what the verdict says, or nothing.

    :raises WrongStep: when it does not run.
    """
    experiment, before = at_step("end", experiment)
    experiment.end_date = now
    experiment.conclusion = verdict.get("conclusion")
    experiment.conclusion_comment = verdict.get("conclusion_comment")
    return saved(experiment, before, actor, now, "end_date", "conclusion", "conclusion_comment")


@use_case
def archive_experiment(
    *,
    experiment: Experiment,
    actor: User,
    now: datetime,
    disable_feature_flag: bool = False,
    approval: Approved | None = None,
) -> Experiment:
    """Put a stopped experiment out of the lists and, if wanted, archive its flag.

    :raises ApprovalRequired: when others must agree to the flag's deactivation first.
    :raises FlagFixed: when the actor may not change the flag.
    :raises FlagIsNeeded: when a flag that is on depends on the experiment's.
    :raises WrongStep: when it is archived already, or not stopped.
    """
    experiment, before = at_step("archive", experiment)
    if experiment.archived:
        raise WrongStep("The experiment is archived already.")
    experiment.archived = True
    # Wire quirk: flags-are-archived-on-request, see docs/quirks.md.
    if disable_feature_flag and not experiment.feature_flag.archived:
        check_may_change(experiment.feature_flag, project=experiment.project, actor=actor)
        write_own_flag(
            experiment,
            changes={"active": False, "archived": True},
            actor=actor,
            now=now,
            approval=approval,
        )
    return saved(experiment, before, actor, now, "archived")


@use_case
def unarchive_experiment(*, experiment: Experiment, actor: User, now: datetime) -> Experiment:
    """Bring an archived experiment back into the lists.

    :raises WrongStep: when it is not archived.
    """
    experiment, before = at_step("unarchive", experiment)
    if not experiment.archived:
        raise WrongStep("The experiment is not archived.")
    experiment.archived = False
    return saved(experiment, before, actor, now, "archived")


@use_case
def pause_experiment(
    *, experiment: Experiment, actor: User, now: datetime, approval: Approved | None = None
) -> Experiment:
    """Deactivate the flag of a running experiment; its dates stay.

    :raises ApprovalRequired: when others must agree to that first.
    :raises WrongStep: when it does not run, or is paused already.
    """
    experiment, before = at_step("pause", experiment)
    if not experiment.feature_flag.active:
        raise WrongStep("The experiment is paused already: its flag is inactive.")
    write_own_flag(experiment, changes={"active": False}, actor=actor, now=now, approval=approval)
    return saved(experiment, before, actor, now)


@use_case
def resume_experiment(
    *, experiment: Experiment, actor: User, now: datetime, approval: Approved | None = None
) -> Experiment:
    """Activate the flag of a paused experiment again.

    :raises ApprovalRequired: when others must agree to that first.
    :raises WrongStep: when it does not run, or is not paused.
    """
    experiment, before = at_step("resume", experiment)
    if experiment.feature_flag.active:
        raise WrongStep("The experiment is not paused: its flag is active.")
    write_own_flag(experiment, changes={"active": True}, actor=actor, now=now, approval=approval)
    return saved(experiment, before, actor, now)


@use_case
def reset_experiment(*, experiment: Experiment, actor: User, now: datetime) -> Experiment:
    """Make an experiment a draft again, without dates and conclusion; its flag stays as it is.

    Only a frozen flag lets new people in again, unless another experiment runs on it.

    :raises WrongStep: when it is a draft.
    """
    experiment, before = at_step("reset", experiment)
    thaw_after_reset(experiment, actor=actor, now=now)
    experiment.start_date = experiment.end_date = None
    experiment.conclusion = experiment.conclusion_comment = None
    experiment.archived = False
    return saved(
        experiment,
        before,
        actor,
        now,
        "start_date",
        "end_date",
        "conclusion",
        "conclusion_comment",
        "archived",
    )


@use_case
def ship_variant(
    *,
    experiment: Experiment,
    shipment: Shipment,
    verdict: Verdict,
    actor: User,
    now: datetime,
    approval: Approved | None = None,
) -> Experiment:
    """Serve one variant, to everyone or to those who take part, and stop the experiment if it runs.

    :raises ApprovalRequired: when others must agree to the flag's new rollout first.
    :raises WrongStep: when it is a draft.
    :raises RuleBroken: when the flag has no such variant.
    """
    experiment, before = at_step("ship_variant", experiment)
    _serve(experiment, shipment, actor=actor, now=now, approval=approval)
    if experiment.end_date is None:
        experiment.end_date = now
    _conclude(experiment, verdict)
    return saved(experiment, before, actor, now, "end_date", "conclusion", "conclusion_comment")


def _serve(
    experiment: Experiment,
    shipment: Shipment,
    *,
    actor: User,
    now: datetime,
    approval: Approved | None,
) -> None:
    filters = experiment.feature_flag.filters
    shipped = _shipped(without_freeze(filters), shipment)
    if shipped != filters:
        write_own_flag(
            experiment, changes={"filters": shipped}, actor=actor, now=now, approval=approval
        )
        retire_snapshots(experiment, frozen_cohorts(filters), actor=actor, now=now)


def _conclude(experiment: Experiment, verdict: Verdict) -> None:
    for field in ("conclusion", "conclusion_comment"):
        if verdict.get(field) is not None:
            setattr(experiment, field, verdict[field])


def _shipped(filters: flag_filters.Document, shipment: Shipment) -> flag_filters.Document:
    if shipment.variant_key not in flag_filters.variant_keys(filters):
        raise RuleBroken(f"The flag has no variant '{shipment.variant_key}'.")
    note = SHIPPED_NOTE if shipment.is_for_everyone else None
    return flag_filters.with_shipped_variant(filters, key=shipment.variant_key, note=note)
