"""Scheduled launches and ends, carried out as the person who scheduled them."""

import logging
from datetime import datetime, timedelta
from typing import cast

from django.db import transaction

from approvals.gate import ApprovalRequired, PolicyConflict
from approvals.registry import Target
from approvals.services import AskedOperation, open_change_request
from core.db.pieces import delete_in_pieces
from core.db.transactions import require_transaction, use_case
from core.exceptions import APIException, NotFound, RuleBroken, first_message
from experiments.changes import Document
from experiments.models import Experiment, ScheduledStep
from experiments.schedule import BadTime, check_new_times, scheduled_times
from experiments.selectors import lock_experiment
from experiments.services.lifecycle import Verdict, end_experiment, launch_experiment
from experiments.status import Status
from tenants.levels import EXPERIMENT
from tenants.selectors import find_access
from users.models import User

DONE = "done"
KEPT = timedelta(days=90)
MAX_ATTEMPTS = 5
_GIVEN_UP = f"refused: the server could not take this step in {MAX_ATTEMPTS} tries"
_logger = logging.getLogger(__name__)


def write_schedule(
    *, experiment: Experiment, stored: Document | None, actor: User, now: datetime
) -> None:
    """Make the steps that wait for their time those that the configuration names.

    A time that has come and been acted on is not acted on again when it is written once more.

    :raises RuleBroken: when something in it that is not stored would not happen as it is meant.
    """
    require_transaction()
    _check_new_times(experiment, stored, now)
    wanted = scheduled_times(experiment.scheduling_config)
    steps = ScheduledStep.objects.filter(experiment=experiment)
    for step in steps.filter(done_at__isnull=True):
        if wanted.get(step.step) != step.due_at:
            step.delete()
    for name, due_at in wanted.items():
        if due_at <= now - KEPT:
            # It was acted on, and that is forgotten.
            continue
        steps.get_or_create(
            experiment=experiment,
            step=name,
            due_at=due_at,
            defaults={"scheduled_by": actor, "created_at": now, "updated_at": now},
        )


def _check_new_times(experiment: Experiment, stored: Document | None, now: datetime) -> None:
    # Wire quirk: scheduled-times-are-checked, see docs/quirks.md.
    over = {}
    if experiment.status != Status.DRAFT:
        over["launch_at"] = f"the experiment is {experiment.status}"
    if experiment.status == Status.STOPPED:
        over["end_at"] = "the experiment is stopped"
    try:
        check_new_times(experiment.scheduling_config, stored=stored, over=over, now=now)
    except BadTime as error:
        raise RuleBroken(str(error), attr="scheduling_config") from None


def run_schedules(*, now: datetime) -> int:
    """Take every step whose time has come, each exactly once, and return how many were visited."""
    due = ScheduledStep.objects.filter(done_at__isnull=True, due_at__lte=now)
    ids = list(due.order_by("due_at", "id").values_list("pk", flat=True))
    return sum(_visited(step_id, now) for step_id in ids)


def forget_steps(*, now: datetime) -> int:
    """Delete, in pieces, the steps that were taken long ago; return how many there were."""
    return delete_in_pieces(ScheduledStep.objects.filter(done_at__lte=now - KEPT))


def _visited(step_id: int, now: datetime) -> bool:
    # One step must not keep the others waiting.
    try:
        return _take(step_id=step_id, now=now)
    except Exception:
        _logger.exception("The scheduled step %s could not be taken.", step_id)
        return _count_attempt(step_id=step_id, now=now)


@use_case
def _count_attempt(*, step_id: int, now: datetime) -> bool:
    waiting = ScheduledStep.objects.select_for_update()
    step = waiting.filter(pk=step_id, done_at__isnull=True).first()
    if step is None:
        return False
    step.attempts += 1
    step.updated_at = now
    if step.attempts >= MAX_ATTEMPTS:
        step.done_at, step.outcome = now, _GIVEN_UP
    step.save(update_fields=["attempts", "done_at", "outcome", "updated_at"])
    return step.done_at is not None


@use_case
def _take(*, step_id: int, now: datetime) -> bool:
    steps = ScheduledStep.objects.select_related("experiment__project")
    seen = steps.filter(pk=step_id).first()
    if seen is None:
        return False
    # The experiment first, as everywhere; who waited here for another runner finds nothing to do.
    try:
        lock_experiment(experiment=seen.experiment)
    except NotFound:
        return False
    waiting = ScheduledStep.objects.select_for_update(of=("self",)).select_related(
        "experiment__project", "scheduled_by"
    )
    step = waiting.filter(pk=step_id, done_at__isnull=True).first()
    if step is None:
        return False
    step.outcome = _outcome(step, now)
    step.done_at = step.updated_at = now
    step.save(update_fields=["outcome", "done_at", "updated_at"])
    return True


def _outcome(step: ScheduledStep, now: datetime) -> str:
    if objection := _objection(step):
        return f"refused: {objection}"
    actor = cast("User", step.scheduled_by)
    target = Target(step.experiment.project, step.experiment_id, actor, now)
    try:
        # A savepoint: what needs agreement first is undone, that it was asked for is kept.
        with transaction.atomic():
            _run(step, actor, now)
    except ApprovalRequired as required:
        return _asked(required, step, target)
    except PolicyConflict as conflict:
        return f"refused: {conflict}"
    except APIException as error:
        return f"refused: {first_message(error)}"
    return DONE


def _objection(step: ScheduledStep) -> str | None:
    actor = step.scheduled_by
    if actor is None or not actor.is_active or not _may_write(actor, step.experiment):
        return "the person who scheduled it has no access any more"
    return "the experiment is deleted" if step.experiment.deleted else None


def _may_write(actor: User, experiment: Experiment) -> bool:
    access = find_access(user=actor, project=experiment.project, resource=EXPERIMENT)
    return access.may_write(EXPERIMENT, experiment)


def _run(step: ScheduledStep, actor: User, now: datetime) -> None:
    experiment = step.experiment
    if step.step == ScheduledStep.Step.LAUNCH:
        launch_experiment.in_transaction(experiment=experiment, actor=actor, now=now)
        return
    verdict = Verdict(
        conclusion=experiment.conclusion, conclusion_comment=experiment.conclusion_comment
    )
    end_experiment.in_transaction(experiment=experiment, verdict=verdict, actor=actor, now=now)


def _asked(required: ApprovalRequired, step: ScheduledStep, target: Target) -> str:
    operation = AskedOperation(
        name=f"experiment.{step.step}", method="POST", target=target, data={}, is_form=False
    )
    request, _ = open_change_request.in_transaction(required=required, operation=operation)
    return f"waits for approval: change request {request.pk}"
