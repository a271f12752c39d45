"""What a request with a key begins with, remembered while nothing of it has changed.

All of it lies outside of projects or says who may enter one, so the one name of that state
(`core.revisions`) tells whether it is still true; a key that is revoked has changed the name.
"""

from dataclasses import dataclass
from threading import Lock

from cachetools import LRUCache
from django.conf import settings
from django.db.models import Exists, Expression, F, FilteredRelation, OuterRef, QuerySet
from django.utils import timezone

from core.prepared import Given, Prepared
from core.query_text import is_id
from core.revisions import seek_name_of_everywhere
from projects.models import Membership, Project
from projects.selectors import CURRENT
from users.models import PersonalAPIKey
from users.services import is_use_noted
from users.tokens import hashed

# How a key is kept, and what the URL calls the project.
_Question = tuple[str, str]


@dataclass(frozen=True)
class Entrance:
    """A key, the project it asks about, and the place of its user there."""

    key: PersonalAPIKey
    project: Project
    membership: Membership

    def copied(self) -> "Entrance":
        """Return the same for another request, which may do with its rows what it likes."""
        user, organization = self.membership.user.copied(), self.membership.organization.copied()
        return Entrance(
            self.key.copied(user=user),
            self.project.copied(organization=organization),
            self.membership.copied(user=user, organization=organization),
        )


@dataclass(frozen=True)
class _Known:
    name: str
    entrance: Entrance


_known: LRUCache[_Question, _Known] = LRUCache(1000)
_lock = Lock()


def find_entrance(*, value: str, reference: str) -> Entrance | None:
    """Return all that a request with this key begins with, in one trip.

    None when any of it is missing: which, and what that means, is asked one by one.
    """
    question = (hashed(value), reference)
    if not settings.READ_MEMORY_BYTES:
        return _asked(question)
    # Asked before all that is kept under it.
    name = seek_name_of_everywhere()
    known = _recalled(question)
    if known and known.name == name():
        return known.entrance.copied()
    entrance = _asked(question)
    if entrance and (current := name()) is not None:
        with _lock:
            _known[question] = _Known(current, entrance.copied())
    return entrance


def _recalled(question: _Question) -> _Known | None:
    with _lock:
        known = _known.get(question)
    # When a key was used last has no part in the name.
    is_fresh = known and is_use_noted(key=known.entrance.key, now=timezone.now())
    return known if is_fresh else None


def _asked(question: _Question) -> Entrance | None:
    secure_value, reference = question
    if reference == CURRENT:
        membership = _ENTRANCE_TO_CURRENT.first(secure_value=secure_value)
    elif is_id(reference):
        membership = _ENTRANCE.first(secure_value=secure_value, project=int(reference))
    else:
        membership = None
    if membership is None:
        return None
    key, project = membership.asking_key, membership.asked_project
    key.user, project.organization = membership.user, membership.organization
    return Entrance(key, project, membership)


def _entrances(project: Expression) -> QuerySet[Membership]:
    rules = Project.access_controls.rel.related_model.objects.filter(
        project=OuterRef("asked_project__pk")
    )
    return (
        Membership.objects.annotate(
            asking_key=FilteredRelation("user__personal_api_keys"),
            asked_project=FilteredRelation("organization__projects"),
        )
        .filter(
            asking_key__secure_value=Given("secure_value"),
            user__is_active=True,
            asked_project__pk=project,
        )
        .annotate(has_access_rules=Exists(rules))
        .select_related("user", "organization", "asking_key", "asked_project")
    )


_ENTRANCE = Prepared(lambda: _entrances(Given("project")))
_ENTRANCE_TO_CURRENT = Prepared(lambda: _entrances(F("user__current_project")))
