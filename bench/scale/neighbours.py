"""Fills a project with cohorts, actions, annotations and scheduled changes."""

from actions.models import Action
from annotations.models import Annotation
from bench.documents import NEWEST
from bench.scale.copies import PLACE, copy_rows, minutes_after, text_of
from bench.scale.sizes import Sizes
from cohorts.models import Cohort
from feature_flags.models import FeatureFlag
from scheduled_changes.models import ScheduledChange
from tenants.models import Project
from users.models import User

_PEOPLE = {"key": "plan", "type": "person", "operator": "exact", "value": "pro"}
_COHORT = {"properties": {"type": "OR", "values": [{"type": "AND", "values": [_PEOPLE]}]}}


def make_neighbours(
    project: Project, user: User, sizes: Sizes, *, made: dict[str, str], flags: int
) -> dict[str, int]:
    """Write the rows of each kind and return the ids of the first ones."""
    number = text_of(PLACE)
    cohort = Cohort(project=project, name="Sample", filters=_COHORT, created_by=user)
    action = Action(project=project, name="Sample", steps=[{"event": "buy"}], created_by=user)
    annotation = Annotation(
        project=project, content="Sample", scope="project", date_marker=NEWEST, created_by=user
    )
    return {
        "Cohort": copy_rows([cohort], sizes.cohorts, made | {"name": f"'Cohort ' || {number}"}),
        "Action": copy_rows([action], sizes.actions, made | {"name": f"'Action ' || {number}"}),
        "Annotation": copy_rows(
            [annotation], sizes.annotations, made | {"date_marker": minutes_after(PLACE)}
        ),
        "ScheduledChange": copy_rows(
            [_schedule(project, user, flags)],
            sizes.schedules,
            made | {"flag_id": f"{flags} + {PLACE} % {sizes.flags}"},
        ),
    }


def _schedule(project: Project, user: User, flags: int) -> ScheduledChange:
    return ScheduledChange(
        project=project,
        flag=FeatureFlag.objects.get(pk=flags),
        payload={"operation": "update_status", "value": True},
        scheduled_at=NEWEST,
        first_at=NEWEST,
        executed_at=NEWEST,
        acts_as=user,
        created_by=user,
    )
