"""Rows that copies are made of."""

import random
from datetime import timedelta

from activity.models import ActivityLog
from activity.subjects import EXPERIMENT, FLAG, HOLDOUT, SAVED_METRIC
from approvals.models import Approval, ChangeRequest
from bench import documents
from bench.documents import NEWEST, age, sentence
from experiments.models import Experiment
from experiments.services import metric_lists
from feature_flags.models import FeatureFlag
from holdouts.models import Holdout
from saved_metrics.models import SavedMetric
from tenants.models import Project
from users.models import User

# Of the history: what it is about, and the activities that follow each other.
HISTORY = [
    (subject, activity)
    for subject in (FLAG, EXPERIMENT, FLAG, EXPERIMENT, HOLDOUT, SAVED_METRIC)
    for activity in ("updated", "created", "updated", "counted", "deleted")
]


def flags(project: Project, user: User) -> list[FeatureFlag]:
    """Return flags that are on and off, of several kinds."""
    plain = {"groups": [{"properties": [], "rollout_percentage": 40}]}
    kinds = [documents.flag_filters(None), documents.flag_filters(None), plain]
    return [
        FeatureFlag(
            project=project,
            key=f"sample-{number}",
            name=sentence(random.Random(number), 4),  # noqa: S311
            active=number % 3 == 1,
            filters=kinds[number % 3],
            tags=["checkout"] if number % 2 else [],
            evaluation_contexts=["web"] if number % 4 == 1 else [],
            created_by=user,
            last_modified_by=user,
        )
        for number in range(6)
    ]


def experiments(project: Project, flag: FeatureFlag, user: User) -> list[Experiment]:
    """Return experiments in every state of their life."""
    made = [_experiment(project, flag, user, number) for number in range(12)]
    for experiment in made:
        experiment.refresh_status()
        metric_lists.stamp_fingerprints(experiment=experiment)
    return made


def _experiment(project: Project, flag: FeatureFlag, user: User, number: int) -> Experiment:
    chance, state = random.Random(number), number % 3  # noqa: S311
    return Experiment(
        project=project,
        name=f"Sample {number}",
        description=sentence(chance, 20),
        feature_flag=flag,
        created_by=user,
        start_date=age(number) if state else None,
        end_date=age(number) + timedelta(days=14) if state == 2 else None,
        archived=number == 11,
        parameters={"feature_flag_variants": documents.VARIANTS, "minimum_detectable_effect": 30},
        metrics=[documents.metric(chance, "mean")],
        metrics_secondary=[documents.metric(chance, "funnel")],
        exposure_criteria=documents.EXPOSURE,
        stats_config={"method": "bayesian"},
    )


def holdout(project: Project, user: User) -> Holdout:
    """Return a holdout."""
    filters = [{"properties": [], "rollout_percentage": 10, "variant": "holdout-1"}]
    return Holdout(project=project, name="Sample", filters=filters, created_by=user)


def metrics(project: Project, user: User) -> list[SavedMetric]:
    """Return saved metrics."""
    chance = random.Random(1)  # noqa: S311
    return [
        SavedMetric(
            project=project,
            name=f"Sample {kind}",
            query=documents.metric(chance, kind),
            created_by=user,
        )
        for kind in ("mean", "funnel")
    ]


def history(project: Project, user: User) -> list[ActivityLog]:
    """Return entries of the history, of the kinds in `HISTORY`."""
    change = {"action": "changed", "field": "name", "before": "Before", "after": "After"}
    return [
        ActivityLog(
            project=project,
            user=user,
            activity=activity,
            subject=subject.name,
            scope=subject.scope,
            item_id="0",
            detail={
                "name": f"Sample {number}",
                "short_id": None,
                "type": subject.type,
                "trigger": None,
                "changes": [change | {"type": subject.name}] if activity == "updated" else None,
            },
            created_at=NEWEST,
        )
        for number, (subject, activity) in enumerate(HISTORY)
    ]


def request(project: Project, user: User) -> ChangeRequest:
    """Return a change request that was applied."""
    return ChangeRequest(
        project=project,
        action_key="feature_flag.enable",
        resource_type="feature_flag",
        resource_id="1",
        subject="feature_flag:0",
        intent={"flag_id": 1, "flag_key": "experiment-1"},
        intent_display={"description": "Switch the flag experiment-1 on"},
        operation={"name": "feature_flag.partial_update", "object_id": 1, "data": {"active": True}},
        policy_snapshot={"quorum": 1, "users": [], "roles": [], "allow_self_approve": True},
        state=ChangeRequest.State.APPLIED,
        created_by=user,
        expires_at=NEWEST,
    )


def vote(change_request: ChangeRequest, user: User) -> Approval:
    """Return a vote."""
    return Approval(
        change_request=change_request,
        created_by=user,
        decision=Approval.Decision.APPROVED,
        created_at=NEWEST,
    )
