"""Changes of many rows at once, and what each of them takes for a hundred rows."""

import json
import time
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.documents import VARIANTS
from experiments.models import Experiment
from feature_flags.models import FeatureFlag

World = Mapping[str, Any]
_MOST = 200


def measured(worlds: Mapping[str, World]) -> Iterator[dict[str, object]]:
    """Do each change once in both projects and tell its time, its statements and its rows."""
    for name, change in _CHANGES.items():
        found: dict[str, Any] = {"line": name, "cold": {}, "statements": {}, "rows": {}}
        for size, world in worlds.items():
            took, statements, rows = change(world)
            found["cold"][size], found["statements"][size] = took, statements
            found["rows"][size] = rows
        yield found


def _edit_holdout(world: World) -> tuple[float, int, int]:
    groups = [{"properties": [], "rollout_percentage": 35}]
    return (*_sent(world, "patch", _holdout(world), {"filters": groups}), _governed(world))


def _delete_holdout(world: World) -> tuple[float, int, int]:
    number = _governed(world)
    return (*_sent(world, "delete", _holdout(world)), number)


def _delete_flags(world: World) -> tuple[float, int, int]:
    free = FeatureFlag.objects.filter(project=world["project"], experiments=None, deleted=False)
    ids = list(free.order_by("pk").values_list("pk", flat=True)[:_MOST])
    url = f"/api/projects/{world['project']}/feature_flags/bulk_delete/"
    return (*_sent(world, "post", url, {"ids": ids}), len(ids))


def _tag_flags(world: World) -> tuple[float, int, int]:
    flags = FeatureFlag.objects.filter(project=world["project"], deleted=False)
    ids = list(flags.order_by("pk").values_list("pk", flat=True)[:_MOST])
    url = f"/api/projects/{world['project']}/feature_flags/bulk_update_tags/"
    body = {"ids": ids, "action": "add", "tags": ["scale"]}
    return (*_sent(world, "post", url, body), len(ids))


def _split_flag(world: World) -> tuple[float, int, int]:
    flag = FeatureFlag.objects.get(pk=world["first"]["FeatureFlag"])
    experiments = Experiment.objects.filter(project=world["project"], deleted=False).order_by("pk")
    chosen = list(experiments.values_list("pk", flat=True)[:_MOST])
    experiments.filter(pk__in=chosen).update(feature_flag=flag, start_date=None, status="draft")
    variants = [
        {"key": each["key"], "rollout_percentage": share}
        for each, share in zip(VARIANTS, (30, 70), strict=True)
    ]
    filters = flag.filters | {"multivariate": {"variants": variants}}
    url = f"/api/projects/{world['project']}/feature_flags/{flag.pk}/"
    return (*_sent(world, "patch", url, {"filters": filters}), len(chosen))


def _change_profile(world: World) -> tuple[float, int, int]:
    return (*_sent(world, "patch", "/api/users/@me/", {"first_name": "Ada"}), 1)


def _delete_project(world: World) -> tuple[float, int, int]:
    project = world["project"]
    rows = Experiment.objects.filter(project=project).update(deleted=True)
    FeatureFlag.objects.filter(project=project).update(deleted=True)
    url = f"/api/organizations/{world['organization']}/projects/{project}/"
    return (*_sent(world, "delete", url), rows)


_CHANGES = {
    "edit of a holdout with its flags": _edit_holdout,
    "deletion of a holdout with its flags": _delete_holdout,
    "deletion of many flags": _delete_flags,
    "tags of many flags": _tag_flags,
    "split of a flag of many experiments": _split_flag,
    "change of one's own name": _change_profile,
    "deletion of a project": _delete_project,
}


def _holdout(world: World) -> str:
    return (
        f"/api/projects/{world['project']}/experiment_holdouts/"
        f"{world['first']['ExperimentHoldout']}/"
    )


def _governed(world: World) -> int:
    return Experiment.objects.filter(holdout=world["first"]["ExperimentHoldout"]).count()


def _sent(world: World, method: str, url: str, body: object = None) -> tuple[float, int]:
    client = Client(
        headers={"Authorization": f"Bearer {world['owner']}"}, raise_request_exception=False
    )
    text = "" if body is None else json.dumps(body)
    with CaptureQueriesContext(connection) as queries:
        began = time.perf_counter()
        response = client.generic(method.upper(), url, text, content_type="application/json")
        took = time.perf_counter() - began
    if response.status_code >= 300:
        raise RuntimeError(f"{url}: {response.status_code} {response.content[:300]!r}")
    return round(took * 1000, 2), len(queries)
