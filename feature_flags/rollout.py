"""Changing how far a flag reaches, and telling it; every function returns a new document."""

from collections.abc import Mapping

from feature_flags.filters import (
    Document,
    is_for_everyone,
    is_rolled_out,
    release_groups,
    variants,
    with_variants,
)

_EVERYONE: Document = {"properties": [], "rollout_percentage": 100}


def with_share_at(filters: Document, *, index: int, percentage: float) -> Document:
    """Return the filters whose condition at this place lets this share of people through."""
    groups = release_groups(filters)
    groups[index] = groups[index] | {"rollout_percentage": percentage}
    return filters | {"groups": groups}


def rolled_out(filters: Document, *, variant_key: str | None) -> Document:
    """Return the filters serving everyone, the variant where there are some; others are kept."""
    groups = release_groups(filters)
    is_open = bool(groups) and is_for_everyone(groups[0]) and not groups[0].get("variant")
    wanted = filters if is_open else filters | {"groups": [dict(_EVERYONE), *groups]}
    if variant_key is None:
        return wanted
    shares = [
        variant | {"rollout_percentage": 100 if variant.get("key") == variant_key else 0}
        for variant in variants(filters)
    ]
    return with_variants(wanted, variants=shares)


def rollout_facts(filters: Mapping[str, object]) -> Document:
    """Return how far the conditions reach, whether the flag is on or off."""
    groups = release_groups(filters)
    shares = [group.get("rollout_percentage") for group in groups]
    return {
        "effectively_full_rollout": is_rolled_out(filters),
        "has_targeting_conditions": any(group.get("properties") for group in groups),
        # A condition without a share lets everybody through.
        "max_rollout_percentage": max((100 if s is None else s for s in shares), default=None),
        "is_multivariate": bool(variants(filters)),
    }
