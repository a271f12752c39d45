"""Looking up actions."""

from collections.abc import Collection

from actions.models import Action
from tenants.models import Project


def action_names(*, project: Project) -> dict[int, str]:
    """Return the names of the project's live actions by id."""
    return dict(Action.objects.filter(project=project, deleted=False).values_list("id", "name"))


def action_steps(*, project: Project) -> dict[int, list[dict[str, object]]]:
    """Return the steps of the project's live actions by id."""
    rows = Action.objects.filter(project=project, deleted=False).values_list("id", "steps")
    return {
        number: [step for step in steps or [] if isinstance(step, dict)] for number, steps in rows
    }


def actions_about(*, project: Project, event: str) -> list[int]:
    """Return the ids of the live actions of which a step matches events of this name."""
    found = action_steps(project=project).items()
    return [number for number, steps in found if any(step.get("event") == event for step in steps)]


def missing_actions(*, project: Project, ids: Collection[int]) -> list[int]:
    """Return those of the ids that no live action of the project has, in order."""
    if not ids:
        return []
    found = Action.objects.filter(project=project, deleted=False, pk__in=ids)
    return sorted(set(ids) - set(found.values_list("pk", flat=True)))
