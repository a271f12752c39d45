"""Which gateable changes a write of a flag is, seen from its real before and after."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from approvals.gated_change import Document, GatedChange
from feature_flags import filters as flag_filters

ENABLE, DISABLE, UPDATE = "feature_flag.enable", "feature_flag.disable", "feature_flag.update"
# What the same is called when the flag is an experiment's.
OF_EXPERIMENTS = {
    ENABLE: "experiment.launch",
    DISABLE: "experiment.pause",
    UPDATE: "experiment.update",
}
RESOURCE_TYPE = "feature_flag"


@dataclass(frozen=True)
class FlagState:
    """What the gate looks at; a flag that does not exist yet has no id and no version.

    A deleted flag serves nobody, whatever its switch says.
    """

    id: int | None
    key: str
    active: bool
    filters: Document
    deleted: bool = False
    version: int | None = None
    updated_at: datetime | None = None
    # Where it is evaluated: everywhere, unless these say otherwise.
    evaluation_runtime: str | None = None
    evaluation_contexts: list[str] = field(default_factory=list)
    # Looked up only when a policy asks for it.
    has_experiments: Callable[[], bool] = bool

    @property
    def is_serving(self) -> bool:
        return self.active and not self.deleted

    def is_found_where(self, other: "FlagState") -> bool:
        """Tell whether whoever asks where the other is served finds this one there."""
        own, asked = set(self.evaluation_contexts), set(other.evaluation_contexts)
        is_in_contexts = not own or bool(asked and asked <= own)
        is_in_runtime = self.evaluation_runtime in (None, "all", other.evaluation_runtime)
        return self.key == other.key and is_in_runtime and is_in_contexts

    @property
    def subject(self) -> str:
        return f"feature_flag:{self.id}" if self.id is not None else f"feature_flag_key:{self.key}"


def gated_changes(*, before: FlagState, after: FlagState) -> list[GatedChange]:
    """Return what the policies may be about in this write; often nothing."""
    changes = []
    if before.is_serving != after.is_serving:
        changes.append(_switched(before, after))
    elif after.is_serving:
        changes += _moved(before, after)
    old, new = rollout_paths(before.filters), rollout_paths(after.filters)
    for path, here, there in _moved_variants(before.filters, after.filters):
        old |= {path: here}
        new |= {path: there}
    if old != new:
        changes.append(_rolled_out(before, old=old, new=new))
    return changes


def rollout_paths(filters: Document) -> dict[str, object]:
    """Return every share of people in the filters by where it stands."""
    return dict(_shares(filters))


def _moved_variants(
    before: Document, after: Document
) -> Iterator[tuple[str, object | None, object | None]]:
    """Iterate over the variants, by key, that get another share by getting another place.

    Those that trade places or names would pass, were only the share of each place compared.
    """
    # Wire quirk: variants-are-compared-by-key, see docs/quirks.md.
    old, new = _places(before), _places(after)
    if not old or not new:
        return
    nowhere = (-1, None)
    for key in {**old, **new}:
        here, there = old.get(key, nowhere), new.get(key, nowhere)
        # A place that comes or goes itself is told of by its path.
        has_own_path = here[0] == there[0] or here[0] >= len(new) or there[0] >= len(old)
        if not has_own_path and here[1] != there[1]:
            yield f"multivariate.variants.{key}.rollout_percentage", here[1], there[1]


def _places(filters: Document) -> dict[object, tuple[int, object]]:
    """Return where each variant stands, by key, and its share."""
    found = enumerate(flag_filters.variants(filters))
    return {each.get("key"): (at, each.get("rollout_percentage")) for at, each in found}


def _shares(filters: Document) -> Iterator[tuple[str, object]]:
    groups = filters.get("groups")
    for index, group in enumerate(groups if isinstance(groups, list) else []):
        if isinstance(group, dict):
            # A group without a share is served to everybody in it.
            share = group.get("rollout_percentage")
            yield f"groups[{index}].rollout_percentage", 100 if share is None else share
    for index, variant in enumerate(flag_filters.variants(filters)):
        if "rollout_percentage" in variant:
            path = f"multivariate.variants[{index}].rollout_percentage"
            yield path, variant["rollout_percentage"]
    holdout = filters.get("holdout")
    if isinstance(holdout, dict) and "exclusion_percentage" in holdout:
        yield "holdout.exclusion_percentage", holdout["exclusion_percentage"]


def _switched(before: FlagState, after: FlagState) -> GatedChange:
    key = ENABLE if after.is_serving else DISABLE
    values: tuple[Document, Document] = (
        {"active": before.is_serving},
        {"active": after.is_serving},
    )
    verb = "Enable" if after.is_serving else "Disable"
    if before.deleted != after.deleted:
        verb = "Delete" if after.deleted else "Restore"
        values = (
            values[0] | {"deleted": before.deleted},
            values[1] | {"deleted": after.deleted},
        )
    return _change(before, key, values=values, description=f"{verb} feature flag {before.key}")


def _moved(before: FlagState, after: FlagState) -> Iterator[GatedChange]:
    """Iterate over what becomes of a flag that stays on: it goes from somewhere, comes, or both."""
    # Wire quirk: moves-are-asked-about, see docs/quirks.md.
    goes, comes = not after.is_found_where(before), not before.is_found_where(after)
    for action_key in [DISABLE] * goes + [ENABLE] * comes:
        yield _change(
            before,
            action_key,
            values=(_place(before, after), _place(after, before)),
            description=f"Change where feature flag {before.key}, which is on, is served",
        )


def _place(flag: FlagState, other: FlagState) -> Document:
    """Return where a flag is served, as far as the other is served elsewhere."""
    names = ("key", "evaluation_runtime", "evaluation_contexts")
    return {
        name: getattr(flag, name) for name in names if getattr(flag, name) != getattr(other, name)
    }


def _rolled_out(
    before: FlagState, *, old: dict[str, object], new: dict[str, object]
) -> GatedChange:
    missing = object()
    triggered = [
        path for path in {**old, **new} if old.get(path, missing) != new.get(path, missing)
    ]
    parts = [f"{path}: {_percent(old, path)} to {_percent(new, path)}" for path in triggered]
    return _change(
        before,
        UPDATE,
        values=({"rollout_percentage": _listed(old)}, {"rollout_percentage": _listed(new)}),
        description=f"Change the rollout of feature flag {before.key} ({', '.join(parts)})",
        details={"triggered_paths": triggered},
    )


def _change(
    flag: FlagState,
    action_key: str,
    *,
    values: tuple[Document, Document],
    description: str,
    details: Document | None = None,
) -> GatedChange:
    details = details or {}
    updated_at = None if flag.updated_at is None else flag.updated_at.isoformat()
    return GatedChange(
        action_keys=(action_key,),
        resource_type=RESOURCE_TYPE,
        resource_id=None if flag.id is None else str(flag.id),
        subject=flag.subject,
        before=values[0],
        after=values[1],
        intent={
            "flag_id": flag.id,
            "flag_key": flag.key,
            "current_state": values[0],
            "gated_changes": values[1],
            **details,
            "preconditions": {"version": flag.version, "updated_at": updated_at},
        },
        description=description,
        details=details,
        narrower_key=OF_EXPERIMENTS[action_key],
        is_narrower=flag.has_experiments,
    )


def _listed(shares: dict[str, object]) -> list[Document]:
    return [{"path": path, "value": value} for path, value in shares.items()]


def _percent(shares: dict[str, object], path: str) -> str:
    return "N/A" if shares.get(path) is None else f"{shares[path]}%"
