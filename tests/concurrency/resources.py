"""Every kind of object that has an ETag: where it stands, what makes it and what changes it."""

from dataclasses import dataclass

from tenants.models import Project

# The members of these documents stand in no order that a database would give them.
_SOURCE = {"kind": "EventsNode", "event": "$pageview", "custom_name": "Views", "math": "total"}
_METRIC = {"source": _SOURCE, "metric_type": "mean", "name": "Views", "kind": "ExperimentMetric"}
_GROUP = {"rollout_percentage": 10.0, "properties": []}


@dataclass(frozen=True)
class Kind:
    """A resource and bodies for it."""

    path: str
    creation: dict[str, object]
    change: dict[str, object]

    def collection(self, project: Project) -> str:
        places = {"project": project.pk, "organization": project.organization_id}
        return f"/api/{self.path.format(**places)}/"


KINDS = {
    "experiment": Kind(
        "projects/{project}/experiments",
        {"name": "E", "feature_flag_key": "e", "metrics": [_METRIC]},
        {"parameters": {"rollout_percentage": 30.0, "minimum_detectable_effect": 1e16}},
    ),
    "holdout": Kind(
        "projects/{project}/experiment_holdouts",
        {"name": "H", "filters": [_GROUP]},
        {"filters": [_GROUP | {"rollout_percentage": 2e1}]},
    ),
    "saved_metric": Kind(
        "projects/{project}/experiment_saved_metrics",
        {"name": "M", "query": _METRIC, "tags": ["b", "a"]},
        {"query": _METRIC | {"name": "Seen"}},
    ),
    "action": Kind(
        "projects/{project}/actions",
        {"name": "A", "steps": [{"url": "/x", "event": "paid"}]},
        {"steps": [{"url_matching": "exact", "url": "/y"}]},
    ),
    "annotation": Kind(
        "projects/{project}/annotations",
        {"content": "A", "tags": ["b", "a"]},
        {"content": "B", "date_marker": "2026-01-01T00:00:00+01:00"},
    ),
    "flag": Kind(
        "projects/{project}/feature_flags",
        {"key": "f", "filters": {"payloads": {"true": "1"}, "groups": [_GROUP]}},
        {"filters": {"holdout": None, "groups": [_GROUP | {"rollout_percentage": 2e1}]}},
    ),
    "policy": Kind(
        "projects/{project}/approval_policies",
        {"action_key": "feature_flag.enable", "approver_config": {"users": [1], "quorum": 1}},
        {"conditions": {"type": "any_change"}},
    ),
    "role": Kind("organizations/{organization}/roles", {"name": "Reviewers"}, {"name": "Judges"}),
}
DELETABLE = sorted(KINDS.keys() - {"experiment", "flag", "action", "annotation"})
EXPERIMENT, HOLDOUT = KINDS["experiment"], KINDS["holdout"]
STALE = '"0123456789abcdef0123456789abcdef"'
