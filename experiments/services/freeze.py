"""Freezes the exposure of an experiment: only persons exposed so far stay in it."""

from collections.abc import Collection
from datetime import datetime

from cohorts.services import insert_snapshot, retire_cohort
from core.db.transactions import use_case
from experiments.models import Experiment
from experiments.selectors import is_flag_run_by_another
from experiments.services.flag_sync import write_own_flag
from experiments.services.transition import WrongStep, at_step, check_step, saved
from feature_flags.filters import Document, is_about_groups, release_groups
from feature_flags.freeze import frozen_cohorts, is_frozen, with_freeze, without_freeze
from users.models import User

MAX_FROZEN = 100_000


class TooManyExposed(WrongStep):
    """Raised for more exposed people than a snapshot holds."""

    default_detail = f"More than {MAX_FROZEN} people were exposed; a snapshot holds no more."


def check_freezable(experiment: Experiment) -> None:
    """Check that the exposure of an experiment can be frozen.

    :raises WrongStep: when it does not run, is paused or frozen, or its flag cannot be narrowed.
    """
    check_step("freeze_exposure", experiment)
    flag, filters = experiment.feature_flag, experiment.feature_flag.filters
    if flag.deleted or not release_groups(filters):
        raise WrongStep("The experiment's feature flag is deleted, or lets nobody in.")
    if not flag.active:
        raise WrongStep("The experiment is paused. Resume it first.")
    if is_frozen(filters):
        raise WrongStep("The exposure is frozen already.")
    if is_about_groups(filters):
        raise WrongStep("The flag is about groups of people, which no cohort holds.")
    if experiment.holdout_id is not None or filters.get("holdout") is not None:
        raise WrongStep("The experiment has a holdout. Take it off first.")
    if filters.get("feature_enrollment"):
        raise WrongStep("People enroll in the flag's feature by themselves.")


@use_case
def freeze_exposure(
    *, experiment: Experiment, persons: Collection[int], actor: User, now: datetime
) -> Experiment:
    """Narrow each condition of the flag to these persons, who were exposed until now.

    :raises TooManyExposed: when they are too many.
    :raises WrongStep: when it does not run, is paused or frozen, or its flag cannot be narrowed.
    """
    experiment, before = at_step("freeze_exposure", experiment)
    check_freezable(experiment)
    if len(persons) > MAX_FROZEN:
        raise TooManyExposed
    name = f'Exposed to experiment "{experiment.name}"'
    cohort = insert_snapshot(
        project=experiment.project, name=name, persons=persons, actor=actor, now=now
    )
    filters = with_freeze(experiment.feature_flag.filters, cohort_id=cohort.pk)
    _write(experiment, filters, actor, now)
    return saved(experiment, before, actor, now)


@use_case
def unfreeze_exposure(*, experiment: Experiment, actor: User, now: datetime) -> Experiment:
    """Let new people in again, by the conditions from before, and delete the snapshot.

    :raises WrongStep: when it does not run, or is not frozen.
    """
    experiment, before = at_step("unfreeze_exposure", experiment)
    if not _thaw(experiment, actor=actor, now=now):
        raise WrongStep("The exposure is not frozen.")
    return saved(experiment, before, actor, now)


def thaw_after_reset(experiment: Experiment, *, actor: User, now: datetime) -> None:
    """Take the freeze off the flag of a new draft, unless another experiment runs on it."""
    if not is_flag_run_by_another(experiment=experiment):
        _thaw(experiment, actor=actor, now=now)


def _thaw(experiment: Experiment, *, actor: User, now: datetime) -> bool:
    # Whether there was a freeze.
    filters = experiment.feature_flag.filters
    if not is_frozen(filters):
        return False
    _write(experiment, without_freeze(filters), actor, now)
    retire_snapshots(experiment, frozen_cohorts(filters), actor=actor, now=now)
    return True


def retire_snapshots(
    experiment: Experiment, cohort_ids: Collection[int], *, actor: User, now: datetime
) -> None:
    """Delete the cohorts that a flag was frozen to, unless something else asks for them."""
    for cohort_id in sorted(cohort_ids):
        retire_cohort(project=experiment.project, cohort_id=cohort_id, actor=actor, now=now)


def _write(experiment: Experiment, filters: Document, actor: User, now: datetime) -> None:
    # Shares stay as they are, so no policy is about it.
    write_own_flag(experiment, changes={"filters": filters}, actor=actor, now=now, approval=None)
