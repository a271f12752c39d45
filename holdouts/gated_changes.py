"""The gateable changes of a holdout: asked about once, however many flags they reach."""

from collections.abc import Mapping, Sequence

from approvals.gated_change import AFFECTED, Document, GatedChange
from holdouts.models import Holdout
from holdouts.selectors import affected_experiments

UPDATE, DELETE = "experiment_holdout.update", "experiment_holdout.delete"
RESOURCE_TYPE = "experiment_holdout"
# What governs a holdout that no policy names.
_STAND_INS = ("experiment.update", "feature_flag.update")


def percentage_of(groups: Sequence[Mapping[str, object]]) -> object:
    """Return the share of people that these groups keep out: only the first one's counts."""
    return groups[0].get("rollout_percentage") if groups else None


def update_of(
    holdout: Holdout,
    *,
    before: Sequence[Document],
    after: Sequence[Document],
    changes: Mapping[str, object],
) -> GatedChange:
    """Return the change of the share that a holdout keeps out."""
    old, new = percentage_of(before), percentage_of(after)
    return _change(
        holdout,
        UPDATE,
        values=({"exclusion_percentage": old}, {"exclusion_percentage": new}),
        verb=f"Change holdout {holdout.name} from {old}% to {new}%",
        desired={"desired_filters": list(after), "desired_changes": dict(changes)},
    )


def deletion_of(holdout: Holdout) -> GatedChange:
    """Return the deletion of a holdout."""
    old = percentage_of(holdout.filters)
    return _change(
        holdout,
        DELETE,
        values=({"exclusion_percentage": old}, {"deleted": True}),
        verb=f"Delete holdout {holdout.name} ({old}%)",
        desired={},
    )


def _change(
    holdout: Holdout,
    action_key: str,
    *,
    values: tuple[Document, Document],
    verb: str,
    desired: Document,
) -> GatedChange:
    affected = affected_experiments(holdout=holdout)
    return GatedChange(
        # Wire quirk: own-policies-of-holdouts-ask-always, see docs/quirks.md.
        action_keys=(action_key, *(_STAND_INS if affected else ())),
        resource_type=RESOURCE_TYPE,
        resource_id=str(holdout.pk),
        subject=f"experiment_holdout:{holdout.pk}",
        before=values[0],
        after=values[1],
        intent={
            "holdout_id": holdout.pk,
            "holdout_name": holdout.name,
            "current_state": values[0],
            "gated_changes": values[1],
            **desired,
            AFFECTED: affected,
        },
        description=f"{verb}, which affects {len(affected)} experiments",
        details={AFFECTED: affected},
    )
