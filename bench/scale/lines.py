"""What is asked of both projects: every GET of the document, and what lists can be asked for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_DOCUMENT = Path(__file__).parent.parent.parent / "openapi.yaml"
_P = "/api/projects/{project}/"
_LOG, _EXPERIMENTS, _FLAGS = f"{_P}activity_log/", f"{_P}experiments/", f"{_P}feature_flags/"
# What evaluates all flags of a project, and what wants parameters of its own.
_APART = ("my_flags/", "evaluation_reasons/", "by_name/", "seen_together/")
# What stands for the parameters of the document's paths, by the folder that an id is in.
_NAMES = {
    "{project_id}": "{project}",
    "{organization_id}": "{organization}",
    "{role_id}": "{role}",
    "{uuid}": "@me",
    "{user__uuid}": "{member_uuid}",
    "projects/{id}": "{project}",
    "organizations/{id}": "{organization}",
    "experiments/{id}": "{Experiment}",
    "experiment_holdouts/{id}": "{ExperimentHoldout}",
    "experiment_saved_metrics/{id}": "{ExperimentSavedMetric}",
    "feature_flags/{id}": "{FeatureFlag}",
    "change_requests/{id}": "{request}",
    "actions/{id}": "{Action}",
    "annotations/{id}": "{Annotation}",
    "cohorts/{id}": "{Cohort}",
    "scheduled_changes/{id}": "{ScheduledChange}",
    "roles/{id}": "{role}",
}
_ORDERS = {
    _EXPERIMENTS: (
        "created_at",
        "updated_at",
        "name",
        "start_date",
        "end_date",
        "duration",
        "status",
    ),
    f"{_EXPERIMENTS}eligible_feature_flags/": ("created_at", "key", "name"),
    _FLAGS: ("key", "name", "updated_at", "id", "active", "created_by", "evaluation_runtime"),
}
_QUERIES = {
    _LOG: (
        "page=1",
        "page=@LAST@",
        "user={member_uuid}",
        "scope=Cohort",
        "scope=FeatureFlag",
        "scopes=Experiment,FeatureFlag",
        "item_id={FeatureFlag}",
        "user={member_uuid}&scope=Cohort",
        "page=1&scope=Experiment",
    ),
    f"{_EXPERIMENTS}activity/": ("limit=10", "limit=10&page=@TENTH@"),
    f"{_FLAGS}activity/": ("limit=10", "limit=10&page=@TENTH@"),
    f"{_P}experiment_holdouts/activity/": ("limit=10",),
    f"{_P}experiment_saved_metrics/activity/": ("limit=10",),
    _EXPERIMENTS: (
        "search=experiment",
        "search=Experiment 7",
        "search=nothing at all",
        "status=running",
        "status=paused",
        "archived=true",
        "event=$pageview",
        "holdout_id={ExperimentHoldout}",
        "saved_metric_id={ExperimentSavedMetric}",
        "created_by_id={member_id}",
        "offset=@DEEP@",
        "order=name&offset=@DEEP@",
    ),
    f"{_EXPERIMENTS}eligible_feature_flags/": ("search=experiment-7", "offset=@DEEP@"),
    _FLAGS: (
        "search=experiment-7",
        "search=nothing at all",
        "has_evaluation_tags=false",
        "has_evaluation_tags=true",
        "active=STALE",
        "active=true",
        "type=experiment",
        "type=boolean",
        'tags=["checkout"]',
        'excluded_tags=["checkout"]',
        "eligible_for_experiment=true",
        "created_by_id={member_id}",
        "offset=@DEEP@",
    ),
    f"{_P}change_requests/": (
        "state=pending",
        "state=applied",
        "requester={member_id}",
        "offset=@DEEP@",
    ),
    f"{_P}actions/": ("search=Action 7", "offset=@DEEP@"),
    f"{_P}annotations/": ("search=nothing at all", "offset=@DEEP@"),
    f"{_P}cohorts/": ("search=Cohort 7", "offset=@DEEP@"),
    f"{_P}scheduled_changes/": ("record_id={FeatureFlag}&model_name=FeatureFlag", "offset=@DEEP@"),
    "/api/projects/": ("limit=100", "limit=1000"),
}
# The lists that grow with a project, or with somebody's organizations.
LISTS = (*_QUERIES, "/api/users/@me/", "/api/users/@me/hedgehog_config/", "/api/organizations/")


@dataclass(frozen=True)
class Line:
    """A request of both projects, by one of their callers."""

    path: str
    query: str
    caller: str

    @property
    def title(self) -> str:
        """Return what it is called in a report."""
        shown = self.path.removeprefix("/api/").replace("projects/{project}/", "…/")
        return f"{shown}{'?' if self.query else ''}{self.query} as {self.caller}"

    def url_in(self, world: Mapping[str, Any]) -> str:
        """Return the URL for one of the projects."""
        return (
            f"{self.path}?{self.query}".format(**values_of(world))
            .replace("@LAST@", str(max(1, world["history"] * 3 // 400)))
            .replace("@TENTH@", str(max(1, world["history"] // 100)))
            .replace("@DEEP@", str(world["experiments"] // 2))
        )


def values_of(world: Mapping[str, Any]) -> dict[str, object]:
    """Return what stands for the names in braces."""
    return {**world, **world["first"]}


def lines() -> Iterator[Line]:
    """Give every line, for the owner and for a member whom rules concern."""
    for path in _documented():
        if path.endswith(_APART):
            continue
        queries = ["", *_QUERIES.get(path, ())]
        for name in _ORDERS.get(path, ()):
            queries += [f"order={name}", f"order=-{name}"]
        for query in queries:
            yield Line(path, query, "owner")
            yield Line(path, query, "member")


def _documented() -> Iterator[str]:
    paths = yaml.load(_DOCUMENT.read_text(), Loader=yaml.CSafeLoader)["paths"]
    for path, operations in paths.items():
        if "get" in operations and (found := _filled(path)):
            yield found


def _filled(path: str) -> str:
    """Return the path with our names in it; an empty one for what has no rows here."""
    parts = path.split("/")
    for place, part in enumerate(parts):
        if part.startswith("{"):
            name = _NAMES.get(part) or _NAMES.get(f"{parts[place - 1]}/{part}")
            if name is None:
                return ""
            parts[place] = name
    return "/".join(parts)
