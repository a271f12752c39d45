"""The flags of a project, compiled once per state of its rows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from cachetools import LRUCache
from django.conf import settings
from django.db.models import Q, QuerySet

from cohorts.selectors import definitions_of, static_cohorts_of
from core.characters import unstorable_character
from core.db.cache_versions import CacheVersions, cache_versions
from core.exceptions import AuthenticationFailed, NotAuthenticated
from evaluation.engine.definitions import CohortDefinition, FlagDefinition
from evaluation.engine.flag_set import FlagSet
from evaluation.feed import etag_of, render_feed
from evaluation.models import KeptIdentifier
from events.selectors import (
    actors_by_person,
    actors_of,
    find_group_properties,
    find_properties,
    list_group_types,
    person_with_id,
)
from feature_flags.models import FeatureFlag
from feature_flags.redaction import redacted
from tenants.models import Project
from users.tokens import hashed

_COLUMNS = (
    "id",
    "key",
    "filters",
    "active",
    "deleted",
    "version",
    "ensure_experience_continuity",
    "evaluation_runtime",
    "bucketing_identifier",
    "evaluation_contexts",
    "has_encrypted_payloads",
)
# How many projects a worker keeps the compiled flags of.
_MAX_PROJECTS = 256


@dataclass(frozen=True, slots=True)
class ProjectFlags:
    """A project's flags, ready to be evaluated, and the cache versions they were read under."""

    project_id: int
    versions: CacheVersions | None
    definitions: list[FlagDefinition]
    cohorts: list[CohortDefinition]
    flags: FlagSet


_cache: LRUCache[str, ProjectFlags] = LRUCache(_MAX_PROJECTS)
_lock = Lock()


def get_project_flags(*, token: str | None) -> ProjectFlags:
    """Return the compiled flags of the project with this token.

    :raises NotAuthenticated: without a token.
    :raises AuthenticationFailed: when no project has it.
    """
    if token is None:
        raise NotAuthenticated("The request has no project token.")
    found = find_project_flags(token=token)
    if found is None:
        raise AuthenticationFailed(
            "The project token is not valid. Find it in the project's settings."
        )
    return found


def find_project_flags(*, token: str) -> ProjectFlags | None:
    """Return the compiled flags of the project with this token; None when there is no such token.

    They are compiled again only after one of the project's flags or cohorts has changed.
    """
    if unstorable_character(token) is not None:
        return None
    with _lock:
        known = _cache.get(token)
    if known is not None:
        versions = cache_versions(project_id=known.project_id)
        if versions is not None and versions == known.versions:
            return known
    found = _load(token, known)
    with _lock:
        if found is None or found.versions is None or not settings.RESPONSE_CACHE_BYTES:
            _cache.pop(token, None)
        else:
            _cache[token] = found
    return found


@dataclass(frozen=True, slots=True)
class Feed:
    """The definitions of a project's flags as JSON, with their ETag."""

    versions: CacheVersions | None
    group_types: Mapping[str, int]
    body: bytes
    etag: str


_feeds: LRUCache[int, Feed] = LRUCache(_MAX_PROJECTS)


def get_feed(*, project_id: int, versions: CacheVersions | None) -> Feed:
    """Return the definitions feed of a project, rendered once per state of its rows.

    The versions were read before; rows may be newer than these, never older.
    """
    # Events bring group types, which change no version.
    types = group_types(project_id=project_id)
    with _lock:
        known = _feeds.get(project_id)
    if known and versions is not None and (known.versions, known.group_types) == (versions, types):
        return known
    body = render_feed(
        _described(project_id),
        project_id=project_id,
        cohorts=list_cohort_definitions(project_id=project_id),
        group_types={index: name for name, index in types.items()},
    )
    feed = Feed(versions, types, body, etag_of(body))
    if settings.RESPONSE_CACHE_BYTES:
        with _lock:
            _feeds[project_id] = feed
    return feed


def list_flags_of_feed(*, project_id: int) -> QuerySet[FeatureFlag]:
    """Return the flags that the definitions feed of a project shows."""
    live = FeatureFlag.objects.filter(project=project_id, deleted=False, archived=False)
    # Encrypted payloads are handed out one by one, to those who may read them.
    return live.exclude(is_remote_configuration=True, has_encrypted_payloads=True)


def find_project(*, token: str | None) -> Project | None:
    """Return the project with this token."""
    if token is None or unstorable_character(token) is not None:
        return None
    return Project.objects.select_related("organization").filter(api_token=token).first()


def find_project_of_secret(*, secret: str) -> Project | None:
    """Return the project with this secret token, the current one or the one before."""
    digest = hashed(secret)
    is_meant = Q(secret_token_hash=digest) | Q(secret_token_backup_hash=digest)
    return Project.objects.select_related("organization").filter(is_meant).first()


@dataclass(frozen=True, slots=True)
class Kept:
    """The identifiers that are kept for the persons of a request."""

    persons: list[int]
    known: set[tuple[int, str]]
    # By flag key; those of the person with the distinct id win.
    identifiers: dict[str, str]


def kept_identifiers(*, project_id: int, distinct_id: str, anonymous_id: str | None) -> Kept:
    """Return the identifiers that are kept for a distinct id and for an anonymous one."""
    ids = [distinct_id] if anonymous_id is None else [distinct_id, anonymous_id]
    persons = [person_with_id(project_id, one) for one in ids]
    # Whoever was merged into another person may have left identifiers under their own number.
    actors = {
        actor: rank
        for rank, person in reversed([*enumerate(persons)])
        for actor in actors_of(project_id=project_id, person=person)
    }
    rows = KeptIdentifier.objects.filter(project=project_id, person__in=actors)
    found = sorted(
        rows.values_list("person", "flag_key", "identifier"),
        key=lambda row: (actors[row[0]], row[0] != persons[actors[row[0]]], row[0]),
        reverse=True,
    )
    return Kept(
        [*dict.fromkeys(persons)],
        {(person, key) for person, key, _ in found},
        {key: identifier for _, key, identifier in found},
    )


def identifiers_by_person(
    *, project_id: int, flag_keys: Collection[str], persons: Collection[int]
) -> dict[int, dict[str, str]]:
    """Return the identifiers that are kept for these flags, of each person that has some."""
    actors = actors_by_person(project_id=project_id, persons=persons)
    owners = {actor: person for person, own in actors.items() for actor in reversed(own)}
    rows = KeptIdentifier.objects.filter(
        project=project_id, flag_key__in=flag_keys, person__in=owners
    ).values_list("person", "flag_key", "identifier")
    found: dict[int, dict[str, str]] = {}
    # What is kept under the number that stands for the person wins.
    for actor, key, identifier in sorted(rows, key=lambda row: (row[0] == owners[row[0]], row[0])):
        found.setdefault(owners[actor], {})[key] = identifier
    return found


def stored_properties(*, project_id: int, distinct_id: str) -> Mapping[str, object]:
    """Return the stored properties of the person with a distinct id."""
    return find_properties(project_id=project_id, distinct_id=distinct_id)


def static_cohorts(*, project_id: int, distinct_id: str) -> set[int]:
    """Return the ids of the static cohorts that the person with a distinct id is in."""
    return static_cohorts_of(project_id=project_id, distinct_id=distinct_id)


def group_types(*, project_id: int) -> dict[str, int]:
    """Return the index of each group type of a project."""
    return list_group_types(project_id=project_id)


def stored_group(*, project_id: int, type_index: int, key: str) -> Mapping[str, object]:
    """Return the stored properties of a group."""
    if unstorable_character(key) is not None:
        return {}
    return find_group_properties(project_id=project_id, type_index=type_index, key=key)


def compile_project_flags(*, project_id: int) -> FlagSet:
    """Return the project's flags compiled from the rows as they are now."""
    return FlagSet(_definitions(project_id), cohorts=list_cohort_definitions(project_id=project_id))


def _load(token: str, known: ProjectFlags | None) -> ProjectFlags | None:
    project_id = _project_id(token)
    if project_id is None:
        return None
    # Asked before all that is kept under them; only then is it certain that the token still holds.
    versions = cache_versions(project_id=project_id)
    if _project_id(token) != project_id:
        return None
    definitions, cohorts = _definitions(project_id), list_cohort_definitions(project_id=project_id)
    if known and (known.definitions, known.cohorts) == (definitions, cohorts):
        flags = known.flags
    else:
        flags = FlagSet(definitions, cohorts=cohorts)
    return ProjectFlags(project_id, versions, definitions, cohorts, flags)


def _project_id(token: str) -> int | None:
    return Project.objects.filter(api_token=token).values_list("pk", flat=True).first()


def _definitions(project_id: int) -> list[FlagDefinition]:
    # A flag that is deleted counts only where a live one asks for it; one that is archived is off.
    wanted = Q(deleted=False) | Q(dependents__flag__deleted=False)
    rows = FeatureFlag.objects.filter(wanted, project=project_id).order_by("key", "pk").distinct()
    return [_definition(row) for row in rows.values(*_COLUMNS)]


def _described(project_id: int) -> list[tuple[FlagDefinition, str]]:
    shown = list_flags_of_feed(project_id=project_id).order_by("key", "pk")
    return [
        (_definition(row), name)
        for row in shown.values(*_COLUMNS, "name")
        for name in [row.pop("name")]
    ]


def _definition(row: Mapping[str, Any]) -> FlagDefinition:
    columns = dict(row)
    if columns.pop("has_encrypted_payloads"):
        columns["filters"] = redacted(columns["filters"])
    columns["ensure_experience_continuity"] = bool(columns["ensure_experience_continuity"])
    columns["evaluation_contexts"] = tuple(columns["evaluation_contexts"] or ())
    return FlagDefinition(**columns)


def list_cohort_definitions(*, project_id: int) -> list[CohortDefinition]:
    """Return the cohorts of a project that conditions can ask for."""
    return [CohortDefinition(*row) for row in definitions_of(project_id=project_id)]
