"""Every write to annotations."""

from datetime import datetime
from typing import TypedDict

from activity.services import record_creation, record_update
from activity.snapshots import snapshot
from activity.subjects import ANNOTATION
from annotations.models import Annotation
from annotations.selectors import lock_annotation
from core.db import rows
from core.db.transactions import use_case
from tenants.models import Project
from users.models import User


class AnnotationChanges(TypedDict, total=False):
    """What shall change in an annotation: an absent key leaves its field alone."""

    content: str | None
    date_marker: datetime | None
    creation_type: str
    scope: str
    tags: list[str]
    emoji: str | None
    hidden_in_user_interface: bool | None
    deleted: bool


@use_case
def create_annotation(
    *, project: Project, values: AnnotationChanges, actor: User, now: datetime
) -> Annotation:
    """Create an annotation."""
    annotation = Annotation(
        **values, project=project, created_by=actor, created_at=now, updated_at=now
    )
    rows.insert(annotation)
    record_creation(ANNOTATION, annotation, actor=actor, now=now)
    return annotation


@use_case
def update_annotation(
    *,
    project: Project,
    annotation_id: int,
    changes: AnnotationChanges,
    actor: User,
    now: datetime,
) -> Annotation:
    """Change an annotation of the project.

    :raises NotFound: when the annotation is gone, or another project's.
    """
    annotation = lock_annotation(project=project, annotation_id=annotation_id)
    before = snapshot(annotation)
    for name, value in changes.items():
        setattr(annotation, name, value)
    annotation.updated_at = now
    rows.update(annotation, columns={*changes, "updated_at"})
    record_update(ANNOTATION, annotation, before=before, actor=actor, now=now)
    return annotation
