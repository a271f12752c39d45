"""Looking up actions."""

from actions.models import Action
from tenants.models import Project


def action_names(*, project: Project) -> dict[int, str]:
    """Return the names of the project's live actions by id."""
    return dict(Action.objects.filter(project=project, deleted=False).values_list("id", "name"))
