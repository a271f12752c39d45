"""Representation of flags, written out by hand; tests compare it with the serializers."""

from collections.abc import Mapping
from typing import Any

from core.http.representation import Representation, shown_choice, shown_moment
from feature_flags.models import FeatureFlag
from tenants.levels import FEATURE_FLAG
from users.serializers import represent_creator


def represent_minimal_flag(flag: FeatureFlag) -> Representation:
    """Return a flag as `MinimalFeatureFlagSerializer` defines it."""
    return {
        "id": flag.pk,
        "team_id": flag.project_id,
        "name": flag.name,
        "key": flag.key,
        "filters": flag.shown_filters,
        "deleted": flag.deleted,
        "active": flag.active,
        "ensure_experience_continuity": flag.ensure_experience_continuity,
        "has_encrypted_payloads": flag.has_encrypted_payloads,
        "version": flag.version,
        "evaluation_runtime": shown_choice(flag.evaluation_runtime),
        "bucketing_identifier": shown_choice(flag.bucketing_identifier),
        "evaluation_contexts": flag.evaluation_contexts,
    }


def represent_flag(flag: FeatureFlag, context: Mapping[str, Any]) -> Representation:
    """Return a flag as `FeatureFlagSerializer` defines it."""
    return {
        "id": flag.pk,
        "name": flag.name,
        "key": flag.key,
        "filters": flag.shown_filters,
        "deleted": flag.deleted,
        "active": flag.active,
        "archived": flag.archived,
        "created_by": represent_creator(flag.created_by),
        "created_at": shown_moment(flag.created_at),
        "updated_at": shown_moment(flag.updated_at),
        "version": flag.version,
        "last_modified_by": represent_creator(flag.last_modified_by),
        "ensure_experience_continuity": flag.ensure_experience_continuity,
        "experiment_set": driven_ids(flag),
        "surveys": [],
        "features": [],
        "rollback_conditions": flag.rollback_conditions,
        "performed_rollback": flag.performed_rollback,
        "can_edit": flag.can_edit,
        "tags": flag.tags,
        "evaluation_contexts": flag.evaluation_contexts,
        "usage_dashboard": flag.usage_dashboard,
        "analytics_dashboards": [],
        "has_enriched_analytics": flag.has_enriched_analytics,
        "user_access_level": context["access"].level_of_object(FEATURE_FLAG, flag),
        "is_remote_configuration": flag.is_remote_configuration,
        "has_encrypted_payloads": flag.has_encrypted_payloads,
        "status": str(flag.status_at(context["view"].now)),
        "evaluation_runtime": shown_choice(flag.evaluation_runtime),
        "bucketing_identifier": shown_choice(flag.bucketing_identifier),
        "last_called_at": flag.last_called_at,
        "is_used_in_replay_settings": flag.is_used_in_replay_settings,
    }


def driven_ids(flag: FeatureFlag) -> list[int]:
    """Return the ids of the experiments on the flag that are not deleted."""
    return sorted(driving.pk for driving in flag.experiments.all() if not driving.deleted)
