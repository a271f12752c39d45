"""The definitions feed: what SDKs read to evaluate flags by themselves."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from evaluation.engine.cohorts import nested_cohorts
from evaluation.engine.definitions import CohortDefinition, FlagDefinition
from evaluation.engine.dependencies import in_order, reachable
from evaluation.engine.needs import asked_cohorts, needed_flags

Document = dict[str, Any]

# Version 2 compares texts as texts; version 1 compares `false` with everything that is not true.
# Wire quirk: booleans-are-compared-as-texts, see docs/quirks.md.
_PROPERTY_MATCHING_VERSION = 2


def render_feed(
    flags: Iterable[tuple[FlagDefinition, str]],
    *,
    project_id: int,
    cohorts: Iterable[CohortDefinition],
    group_types: Mapping[int, str],
) -> bytes:
    """Return the feed as JSON; each flag comes with its description."""
    live = [(flag, name) for flag, name in flags if not flag.deleted]
    chains = _Chains([flag for flag, _ in live])
    shown = {
        "flags": [_represent(flag, name, project_id, chains) for flag, name in live],
        "group_type_mapping": {str(index): name for index, name in group_types.items()},
        "cohorts": _shown_cohorts([flag for flag, _ in live], cohorts),
        "property_matching_version": _PROPERTY_MATCHING_VERSION,
    }
    return orjson.dumps(shown)


def _shown_cohorts(
    flags: Iterable[FlagDefinition], cohorts: Iterable[CohortDefinition]
) -> Document:
    """Return the definitions that flags ask for, by id; of static cohorts only the server knows."""
    known = {cohort.id: cohort for cohort in cohorts if not cohort.is_static}
    wanted = set().union(*(asked_cohorts(flag.filters) for flag in flags))
    shown: dict[int, CohortDefinition] = {}
    while wanted:
        found = {pk: known[pk] for pk in wanted if pk in known}
        shown |= found
        asked = (nested_cohorts(cohort.properties) for cohort in found.values())
        wanted = set().union(*asked) - shown.keys()
    return {str(pk): shown[pk].properties for pk in sorted(shown)}


def etag_of(feed: bytes) -> str:
    """Return the weak ETag of a feed."""
    return f'W/"{hashlib.sha256(feed).hexdigest()[:32]}"'


class _Chains:
    """In which order flags are evaluated that another one depends on, by their keys."""

    def __init__(self, flags: list[FlagDefinition]) -> None:
        self.keys = {str(flag.id): flag.key for flag in flags}
        self._needs = {
            flag.key: {self.keys[one] for one in needed_flags(flag.filters) if one in self.keys}
            for flag in flags
        }
        ordered, self._cyclic = in_order([flag.key for flag in flags], self._needs)
        self._place = {key: place for place, key in enumerate(ordered)}

    def chain_to(self, key: str) -> list[str]:
        """Return the flag and all that it needs, the first to evaluate first; [] in a cycle."""
        wanted = {key} | reachable([key], self._needs)
        if wanted & self._cyclic:
            return []
        return sorted(wanted, key=self._place.__getitem__)


def _represent(flag: FlagDefinition, name: str, project_id: int, chains: _Chains) -> Document:
    return {
        "id": flag.id,
        "team_id": project_id,
        "name": name,
        "key": flag.key,
        "filters": _with_keys_of_flags(flag.filters, chains),
        "deleted": False,
        "active": flag.active,
        "ensure_experience_continuity": flag.ensure_experience_continuity,
        "has_encrypted_payloads": False,
        "version": flag.version,
        "evaluation_runtime": flag.evaluation_runtime,
        "bucketing_identifier": flag.bucketing_identifier,
        "evaluation_contexts": list(flag.evaluation_contexts),
    }


def _with_keys_of_flags(filters: Mapping[str, Any], chains: _Chains) -> Mapping[str, Any]:
    if not needed_flags(filters):
        return filters
    groups = [
        group | {"properties": [_with_key(each, chains) for each in group.get("properties") or []]}
        for group in filters["groups"]
    ]
    return {**filters, "groups": groups}


def _with_key(wanted: Document, chains: _Chains) -> Document:
    if wanted.get("type") != "flag":
        return wanted
    key = chains.keys.get(str(wanted.get("key")))
    chain = [] if key is None else chains.chain_to(key)
    return wanted | {"key": key or wanted.get("key"), "dependency_chain": chain}
