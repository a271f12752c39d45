"""Every write to actions."""

from datetime import datetime
from typing import TypedDict

from django.db import IntegrityError, transaction

from actions.models import Action
from actions.selectors import lock_action
from actions.validation import NameTaken, check_steps
from activity.services import record_creation, record_update
from activity.snapshots import snapshot
from activity.subjects import ACTION
from core.db import rows
from core.db.transactions import use_case
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

    :raises InvalidSteps: when a step cannot be read.
    :raises NameTaken: when another action of the project has the name.
    """
    check_steps(values.get("steps", []))
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

    :raises InvalidSteps: when a new step cannot be read.
    :raises NameTaken: when another action of the project has the name.
    :raises NotFound: when the action is gone.
    """
    action = lock_action(project=project, action_id=action_id)
    before = snapshot(action)
    if "steps" in changes and changes["steps"] != action.steps:
        check_steps(changes["steps"])
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
