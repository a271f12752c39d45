"""Copying a flag to other projects, each copy one transaction."""

from dataclasses import dataclass, field
from datetime import datetime
from graphlib import TopologicalSorter
from typing import Any, cast

from approvals.gate import ApprovalRequired, PolicyConflict
from core.db.transactions import use_case
from core.exceptions import APIException, RuleBroken, first_message
from feature_flags.changes import FlagChanges, NewFlag
from feature_flags.filters import dependencies, release_groups
from feature_flags.freeze import without_freeze
from feature_flags.models import FeatureFlag
from feature_flags.payloads import decrypt_payload
from feature_flags.redaction import payloads, with_payloads
from feature_flags.selectors import find_live_flag
from feature_flags.services import create_flag, update_flag
from organization_flags.selectors import (
    find_deleted_flag,
    find_project,
    list_flags_of_key,
    visible_flags_of_keys,
)
from organization_flags.services.references import CohortCopies, translated_groups
from organization_flags.services.schedules import copy_schedules
from organization_flags.services.source import MissingDependency, Source, find_source
from organization_flags.validation import CopyDenied, Wish
from tenants.access import Access
from tenants.levels import FEATURE_FLAG
from tenants.models import Organization, Project
from tenants.selectors import find_access
from users.models import User

_COPIED = (
    *("name", "archived", "ensure_experience_continuity", "evaluation_runtime"),
    *("bucketing_identifier", "evaluation_contexts", "is_remote_configuration"),
    "has_encrypted_payloads",
)
_GATED = "A policy of this project asks for approval. Make the change there."


@dataclass(frozen=True)
class Copied:
    """A copy, who may do what where it is, and what of its schedule is missing."""

    flag: FeatureFlag
    access: Access
    warning: str | None = None


@dataclass(frozen=True)
class Failed:
    """A project without a copy, and why."""

    project_id: int
    reason: str


@dataclass
class Copies:
    """What became of the copies."""

    success: list[Copied] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)


def copy_flag(*, wish: Wish, organization: Organization, actor: User, now: datetime) -> Copies:
    """Copy a flag to each of the projects; one that is refused stops none of the others.

    :raises BadCopy: when there is no such flag.
    :raises CopyDenied: when the actor may not edit it.
    """
    source = find_source(wish=wish, organization=organization, actor=actor)
    copies = Copies()
    for project_id in wish.targets:
        target = find_project(user=actor, organization=organization, project_id=project_id)
        try:
            if target is None:
                raise RuleBroken("There is no such project that you have access to.")
            copier = _Copier(source=source, wish=wish, target=target, actor=actor, now=now)
            copies.success.append(_copy(copier=copier))
        except APIException as error:
            copies.failed.append(Failed(project_id, first_message(error)))
        except (ApprovalRequired, PolicyConflict):
            copies.failed.append(Failed(project_id, _GATED))
    return copies


def check_copies_visible(
    *, wish: Wish, organization: Organization, actor: User, copies: set[int]
) -> None:
    """Check that the actor may still see the flag and its copies, before these are told again.

    :raises BadCopy: when there is no such flag any more.
    :raises CopyDenied: when the actor may not edit it, or not see a copy.
    """
    find_source(wish=wish, organization=organization, actor=actor)
    seen = list_flags_of_key(user=actor, organization=organization, key=wish.key)
    if not copies <= {flag.pk for flag in seen}:
        raise CopyDenied("A copy is gone, or you have no access to it any more.")


@use_case
def _copy(*, copier: "_Copier") -> Copied:
    return copier.copied()


@dataclass(frozen=True)
class _Copier:
    source: Source
    wish: Wish
    target: Project
    actor: User
    now: datetime

    def copied(self) -> Copied:
        """Copy the flag, and what it needs.

        :raises RuleBroken: when something of it cannot be there.
        """
        if self.target.pk == self.source.flag.project_id:
            raise RuleBroken("The feature flag is in this project already.")
        access = find_access(user=self.actor, project=self.target, resource=FEATURE_FLAG)
        cohorts = CohortCopies(
            source=self.source.flag.project, target=self.target, actor=self.actor, now=self.now
        )
        flags = self._dependencies(access, cohorts)
        active = self.source.flag.active and not self.wish.disable_copied_flag
        values = self._values(self.source.flag, cohorts, flags) | {"active": active}
        flag = self._written(self.source.flag.key, values, access)
        warning = None
        if self.wish.copy_schedule:
            warning = copy_schedules(
                source=self.source.flag,
                target=flag,
                translate=lambda groups: translated_groups(groups, cohorts=cohorts, flags=flags),
                access=access,
                actor=self.actor,
                now=self.now,
            )
        return Copied(flag, access, warning)

    def _dependencies(self, access: Access, cohorts: CohortCopies) -> dict[str, int]:
        keys = [needed.key for needed in self.source.needed.values()]
        # One that is denied the actor does not exist for them.
        there = visible_flags_of_keys(user=self.actor, project_ids=[self.target.pk], keys=keys)
        flags: dict[str, int] = {}
        for pk in _needed_first(self.source):
            needed = self.source.needed[pk]
            found = there.get((self.target.pk, needed.key))
            if found is None:
                found = self._copied_dependency(needed, access, cohorts, flags)
            elif not found.active:
                raise MissingDependency(
                    f"It depends on the feature flag '{needed.key}', which is off here."
                )
            flags[str(pk)] = found.pk
        return flags

    def _copied_dependency(
        self, needed: FeatureFlag, access: Access, cohorts: CohortCopies, flags: dict[str, int]
    ) -> FeatureFlag:
        if not self.wish.copy_dependencies:
            raise MissingDependency(
                f"It depends on the feature flag '{needed.key}', which is missing here. Copy that "
                "one first, or send copy_dependencies."
            )
        values = self._values(needed, cohorts, flags) | {"active": needed.active}
        return self._written(needed.key, values, access)

    def _values(
        self, flag: FeatureFlag, cohorts: CohortCopies, flags: dict[str, int]
    ) -> dict[str, Any]:
        # What is frozen would let in no one of another project.
        filters = without_freeze(flag.filters)
        if flag.has_encrypted_payloads:
            plain = {key: decrypt_payload(kept) for key, kept in payloads(filters).items()}
            filters = with_payloads(filters, payloads=plain)
        groups = translated_groups(release_groups(filters), cohorts=cohorts, flags=flags)
        # A holdout belongs to its project.
        kept = {name: part for name, part in filters.items() if name != "holdout"}
        values: dict[str, Any] = {name: getattr(flag, name) for name in _COPIED}
        return values | {"filters": kept | {"groups": groups}}

    def _written(self, key: str, values: dict[str, Any], access: Access) -> FeatureFlag:
        flag = find_live_flag(project=self.target, key=key)
        flag = flag or find_deleted_flag(project=self.target, key=key)
        if not access.may_write(FEATURE_FLAG, flag):
            raise RuleBroken("You do not have editor access to this feature flag.")
        if flag is None:
            if not values["filters"]["groups"]:
                del values["filters"]
            return create_flag.in_transaction(
                project=self.target,
                values=cast("NewFlag", values | {"key": key}),
                actor=self.actor,
                now=self.now,
            )
        changes = cast("FlagChanges", values | ({"deleted": False} if flag.deleted else {}))
        return update_flag.in_transaction(
            flag=flag, changes=changes, seen={}, actor=self.actor, now=self.now
        )


def _needed_first(source: Source) -> list[int]:
    # What it needs directly may need others: those come first.
    needs = {
        pk: [int(need) for need in sorted(dependencies(flag.filters)) if need.isdecimal()]
        for pk, flag in sorted(source.needed.items())
    }
    return [pk for pk in TopologicalSorter(needs).static_order() if pk in source.needed]
