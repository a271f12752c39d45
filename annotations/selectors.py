"""Looking up and locking annotations."""

from collections.abc import Mapping

from django.db.models import F, Q, QuerySet

from annotations.models import Annotation
from core.db.folding import contains
from core.db.locking import lock_row
from core.http.query_text import searchable
from tenants.access import open_to
from tenants.models import Project
from users.models import User


def list_annotations(*, project: Project) -> QuerySet[Annotation]:
    """Return the project's annotations, deleted ones too, the latest moment first."""
    return _shown(Annotation.objects.filter(project=project))


def visible_annotations(*, project: Project, user: User) -> QuerySet[Annotation]:
    """Return the project's annotations and those that its whole organization shares.

    What others share from a project that is closed to the user is left out.
    """
    homes = Project.objects.filter(open_to(user), organization=project.organization_id)
    # Read before: no planner finds both halves of an `or` by an index when one is a subquery.
    ids = list(homes.values_list("pk", flat=True))
    shared = Q(project__in=ids, scope=Annotation.Scope.ORGANIZATION, deleted=False)
    return _shown(Annotation.objects.filter(Q(project=project) | shared))


def list_live_annotations(
    *, project: Project, user: User, parameters: Mapping[str, str]
) -> QuerySet[Annotation]:
    """Return those of the visible annotations that are not deleted which a URL asks for."""
    found = visible_annotations(project=project, user=user).filter(deleted=False)
    if search := searchable(parameters.get("search", "")):
        found = found.filter(contains("content", search))
    return found


def lock_annotation(*, project: Project, annotation_id: int) -> Annotation:
    """Lock an annotation of the project and return it as it is now.

    :raises ETagMismatch: when the client changes it and expects another state.
    :raises NotFound: when the project has none with this id (any more).
    """
    found = Annotation.objects.filter(project=project).select_related("created_by")
    return lock_row(found, annotation_id)


def _shown(found: QuerySet[Annotation]) -> QuerySet[Annotation]:
    latest = F("date_marker").desc(nulls_last=True)
    return found.select_related("created_by").order_by(latest, "-id")
