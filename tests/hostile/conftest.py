"""One of everything that a body can be sent to, and a body that each of them takes."""

import pytest

from tenants.models import Membership
from tests import factories
from tests.client import DocumentedClient
from tests.factories import FUNNEL_METRIC, MEAN_METRIC, TWO_VARIANTS
from users.models import User

DATE = "2026-01-01T00:00:00Z"
EXPERIMENT = {
    "name": "Checkout",
    "description": "Which button",
    "parameters": {
        "feature_flag_variants": TWO_VARIANTS,
        "rollout_percentage": 50,
        "recommended_sample_size": 10,
    },
    "metrics": [MEAN_METRIC, FUNNEL_METRIC],
    "exposure_criteria": {"filterTestAccounts": True},
    "stats_config": {"method": "bayesian", "bayesian": {"ci_level": 0.9}},
    "scheduling_config": {"launch_at": "2030-01-01T00:00:00Z"},
}
PROPERTY = {"key": "email", "type": "person", "operator": "icontains", "value": "@"}
GROUP = {
    "properties": [PROPERTY],
    "rollout_percentage": 20,
    "variant": "test",
}
FLAG = {
    "name": "Menu",
    "filters": {
        "groups": [GROUP],
        "multivariate": {"variants": TWO_VARIANTS},
        "payloads": {"test": '"x"'},
    },
    "tags": ["q3"],
    "evaluation_contexts": ["web"],
}
POLICY = {
    "action_key": "feature_flag.enable",
    "approver_config": {"quorum": 1, "users": [1], "roles": []},
    "conditions": {"type": "any_change"},
}
# By the last fixed word of the path.
BODIES = {
    "experiments": EXPERIMENT | {"feature_flag_key": "hostile"},
    "feature_flags": FLAG | {"key": "hostile"},
    "experiment_holdouts": {
        "name": "Q3",
        "description": "",
        "filters": [{"properties": [], "rollout_percentage": 5}],
    },
    "scheduled_changes": {
        "record_id": "1",
        "model_name": "FeatureFlag",
        "payload": {"operation": "update_variants", "value": {"variants": TWO_VARIANTS}},
        "scheduled_at": "2030-01-01T00:00:00Z",
        "is_recurring": True,
        "cron_expression": "0 9 * * 1-5",
        "end_date": "2031-01-01T00:00:00Z",
    },
    "experiment_saved_metrics": {"name": "Revenue", "query": MEAN_METRIC},
    "actions": {
        "name": "Hostile",
        "description": "",
        "tags": ["q3"],
        "slack_message_format": "x",
        "steps": [
            {"event": "paid", "url": "/x", "url_matching": "regex", "properties": [PROPERTY]}
        ],
        "pinned_at": DATE,
    },
    "annotations": {
        "content": "Launched",
        "date_marker": DATE,
        "creation_type": "USR",
        "scope": "project",
        "tags": ["q3"],
        "emoji": "x",
    },
    "bulk_update_tags": {"ids": [1], "action": "add", "tags": ["q3"]},
    "approval_policies": POLICY,
    "roles": {"name": "Reviewers"},
    "bulk_delete": {"filters": {"search": "hostile", "tags": ["q3"], "active": False}},
    "calculate_running_time": {"metric_type": "mean", "baseline_value": 1},
    "copy_flags": {
        "feature_flag_key": "hostile",
        "from_project": 1,
        "target_project_ids": [1, 2],
        "copy_schedule": True,
    },
    "set_release_condition_rollout": {
        "condition_index": 0,
        "rollout_percentage": 12.5,
        "version": 1,
    },
    "roll_out_to_everyone": {"variant_key": "test", "version": 1},
    "ship_variant": {"variant_key": "test"},
    "project_secret_api_keys": {"label": "ci", "scopes": ["experiment:read"]},
    "personal_api_keys": {
        "label": "ci",
        "scopes": ["experiment:read"],
        "scoped_teams": [],
        "scoped_organizations": [],
    },
}


@pytest.fixture
def edith(organization) -> User:
    return factories.make_user("edith@example.com", organization, Membership.Level.ADMIN)


@pytest.fixture
def admin(edith) -> DocumentedClient:
    browser = DocumentedClient()
    browser.force_login(edith)
    return browser


@pytest.fixture
def ids(project, edith, holdout, saved_metric) -> dict[str, object]:
    """Return the id of one row by the word of the path it stands below."""
    experiment = factories.make_experiment(project, edith)
    return {
        "project_id": project.pk,
        "organization_id": project.organization_id,
        "projects": project.pk,
        "organizations": project.organization_id,
        "experiments": experiment.pk,
        "feature_flags": experiment.feature_flag_id,
        "experiment_holdouts": holdout.pk,
        "experiment_saved_metrics": saved_metric.pk,
        "actions": factories.make_action(project, edith).pk,
        "annotations": factories.make_annotation(project, edith).pk,
        "users": "@me",
    }
