"""Every write to actions."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict

from django.db import IntegrityError, transaction

from actions.models import Action
from actions.registry import missing_cohorts
from actions.selectors import lock_action
from actions.validation import InvalidSteps, NameTaken, check_steps
from activity.services import record_creation, record_update
from activity.snapshots import snapshot
from activity.subjects import ACTION
from core.db import rows
from core.db.transactions import use_case
from core.exceptions import not_in_project
from tenants.models import Project
from users.models import User


class ActionChanges(TypedDict, total=False):
    """What shall change in an action: an absent key leaves its field alone."""

    name: str | None
    description: str
    tags: list[str]
    steps: list[object]
    post_to_slack: bool
    slack_message_format: str
    pinned_at: datetime | None
    folder: str | None
    deleted: bool


@use_case
def create_action(*, project: Project, values: ActionChanges, actor: User, now: datetime) -> Action:
    """Create an action.

    :raises InvalidSteps: when a step cannot be read, or names an unknown cohort.
    :raises NameTaken: when another action of the project has the name.
    """
    _check_steps(project, values.get("steps", []), stored=[])
    action = Action(**values, project=project, created_by=actor, created_at=now, updated_at=now)
    if not rows.insert_or_ignore(action):
        raise NameTaken
    record_creation(ACTION, action, actor=actor, now=now)
    return action


@use_case
def update_action(
    *, project: Project, action_id: int, changes: ActionChanges, actor: User, now: datetime
) -> Action:
    """Change an action; results of metrics about it are computed anew when next asked for.

    :raises InvalidSteps: when a new step cannot be read, or names an unknown cohort.
    :raises NameTaken: when another action of the project has the name.
    :raises NotFound: when the action is gone.
    """
    action = lock_action(project=project, action_id=action_id)
    before = snapshot(action)
    if "steps" in changes and changes["steps"] != action.steps:
        _check_steps(project, changes["steps"], stored=action.steps)
    for name, value in changes.items():
        setattr(action, name, value)
    action.updated_at = now
    try:
        with transaction.atomic():
            rows.update(action, columns={*changes, "updated_at"})
    except IntegrityError:
        raise NameTaken from None
    record_update(ACTION, action, before=before, actor=actor, now=now)
    return action


def _check_steps(project: Project, steps: Sequence[object], *, stored: object) -> None:
    check_steps(steps)
    if missing := missing_cohorts(project, steps=steps, stored=stored):
        # Wire quirk: references-belong-to-the-project, see docs/quirks.md.
        raise InvalidSteps(not_in_project("cohort", missing))
