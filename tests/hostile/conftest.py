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
GROUP = {
    "properties": [{"key": "email", "type": "person", "operator": "icontains", "value": "@"}],
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
    "experiment_saved_metrics": {"name": "Revenue", "query": MEAN_METRIC},
    "approval_policies": POLICY,
    "roles": {"name": "Reviewers"},
    "bulk_delete": {"filters": {"search": "hostile", "tags": ["q3"], "active": False}},
    "calculate_running_time": {"metric_type": "mean", "baseline_value": 1},
    "ship_variant": {"variant_key": "test"},
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
        "users": "@me",
    }
