"""The kinds of objects that have tags; each app registers its own when it is ready."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet

from activity.subjects import Subject
from tenants.levels import PROJECT
from tenants.models import Project
from users.models import User


def _touched(_row: Any, _actor: User, now: datetime) -> Mapping[str, object]:
    return {"updated_at": now}


@dataclass(frozen=True)
class TaggedKind:
    """A kind of object with a column `tags`.

    `scope_object` is what scopes of keys call it. `touch` gives the other columns that change with
    the tags of a row, with their new values: by default the time of its last change.
    """

    model: type[Model]
    subject: Subject
    scope_object: str
    touch: Callable[[Any, User, datetime], Mapping[str, object]] = _touched

    @property
    def resource(self) -> str:
        """Return what access rules call the kind; objects without rules belong to the project."""
        return self.subject.resource or PROJECT

    def rows(self, *, project: Project) -> QuerySet[Any]:
        """Return the project's objects of this kind that are not deleted."""
        found = self.model._default_manager.filter(project=project)  # noqa: SLF001
        fields = {field.name for field in self.model._meta.concrete_fields}  # noqa: SLF001
        return found.filter(deleted=False) if "deleted" in fields else found


_kinds: list[TaggedKind] = []


def register_tags(kind: TaggedKind) -> TaggedKind:
    """Let a kind of object have tags that can be listed and changed many at once."""
    if kind not in _kinds:
        _kinds.append(kind)
    return kind


def tagged_kinds() -> list[TaggedKind]:
    """Return all kinds of objects that have tags."""
    return [*_kinds]
