"""Rows for tests, made by the services that make them for everyone."""

from datetime import timedelta
from itertools import count

from django.utils import timezone

from actions.models import Action
from actions.services import create_action
from annotations.models import Annotation
from annotations.services import create_annotation
from cohorts.models import Cohort
from cohorts.services import create_cohort
from experiments.models import Experiment, ExperimentSavedMetric
from experiments.services import create_experiment, update_experiment
from feature_flags.filters import new_filters
from feature_flags.models import FeatureFlag
from holdouts.models import Holdout
from holdouts.services import create_holdout
from saved_metrics.models import SavedMetric
from saved_metrics.services import create_saved_metric
from scheduled_changes.models import ScheduledChange
from scheduled_changes.services import schedule_change
from tenants import services as project_services
from tenants.levels import FEATURE_FLAG
from tenants.models import Membership, Organization, Project
from tenants.selectors import find_access
from users.models import User
from users.services import create_user, issue_key

_numbers = count(1)

MEAN_METRIC = {
    "kind": "ExperimentMetric",
    "metric_type": "mean",
    "source": {"kind": "EventsNode", "event": "$pageview"},
}
FUNNEL_METRIC = {
    "kind": "ExperimentMetric",
    "metric_type": "funnel",
    "series": [{"kind": "EventsNode", "event": "signed up"}],
}
TWO_VARIANTS = [
    {"key": "control", "name": "Control", "rollout_percentage": 50},
    {"key": "test", "name": "Test", "rollout_percentage": 50},
]


def make_organization(name: str = "") -> Organization:
    return project_services.ensure_organization(name=name or f"Organization {next(_numbers)}")


def make_project(organization: Organization, name: str = "Shop") -> Project:
    return project_services.create_project(organization=organization, name=name)


def make_user(email: str, organization: Organization, level: int | None = None) -> User:
    user = create_user(email=email, password=None)
    project_services.add_member(
        organization=organization, user=user, level=level or Membership.Level.MEMBER
    )
    return user


def make_key(
    user: User,
    *scopes: str,
    projects: tuple[int, ...] = (),
    organizations: tuple[str, ...] = (),
) -> str:
    key = issue_key(
        user=user,
        label="test",
        scopes=list(scopes) or ["*"],
        scoped_teams=list(projects),
        scoped_organizations=list(organizations),
    )
    return key.value


def make_holdout(project: Project, actor: User, percentage: float = 10, **values) -> Holdout:
    groups = [{"properties": [], "rollout_percentage": percentage}]
    return create_holdout(
        project=project,
        values={"name": "Holdout", "filters": groups} | values,
        actor=actor,
        now=timezone.now(),
    )


def make_cohort(project: Project, actor: User, **values) -> Cohort:
    wanted = {"type": "person", "key": "plan", "operator": "exact", "value": "pro"}
    filters = {"properties": {"type": "AND", "values": [wanted]}}
    return create_cohort(
        project=project,
        values={"name": "Pro", "filters": filters} | values,
        actor=actor,
        now=timezone.now(),
    )


def make_action(project: Project, actor: User, **values) -> Action:
    return create_action(
        project=project,
        values={"name": f"Action {next(_numbers)}", "steps": [{"event": "paid"}]} | values,
        actor=actor,
        now=timezone.now(),
    )


def make_annotation(project: Project, actor: User, **values) -> Annotation:
    return create_annotation(
        project=project,
        values={"content": "Launched", "scope": "project"} | values,
        actor=actor,
        now=timezone.now(),
    )


def make_saved_metric(project: Project, actor: User, **values) -> SavedMetric:
    return create_saved_metric(
        project=project,
        values={"name": "Revenue", "query": MEAN_METRIC} | values,
        actor=actor,
        now=timezone.now(),
    )


def make_flag(project: Project, key: str = "", **values) -> FeatureFlag:
    filters = new_filters(
        variants=TWO_VARIANTS, rollout_percentage=100, group_type_index=None, holdout=None
    )
    return FeatureFlag.objects.create(
        **{"key": key or f"flag-{next(_numbers)}", "filters": filters} | values, project=project
    )


def make_scheduled_change(flag: FeatureFlag, actor: User, **values) -> ScheduledChange:
    return schedule_change(
        project=flag.project,
        access=find_access(user=actor, project=flag.project, resource=FEATURE_FLAG),
        values={
            "record_id": str(flag.pk),
            "model_name": "FeatureFlag",
            "payload": {"operation": "update_status", "value": False},
            "scheduled_at": timezone.now() + timedelta(days=36500),
        }
        | values,
        actor=actor,
        now=timezone.now(),
    )


def make_experiment(project: Project, actor: User, **values) -> Experiment:
    key = f"experiment-{next(_numbers)}"
    return create_experiment(
        project=project,
        values={"name": "Checkout", "feature_flag_key": key} | values,
        actor=actor,
        now=timezone.now(),
    )


def link_saved_metric(experiment: Experiment, metric: SavedMetric) -> None:
    """Link a metric as in the past: today no experiment takes one of a legacy kind."""
    ExperimentSavedMetric.objects.create(
        experiment=experiment,
        saved_metric=metric,
        metadata={"type": "primary"},
        created_at=metric.created_at,
        updated_at=metric.created_at,
    )
    ordering = [*(experiment.primary_metrics_ordered_uuids or []), metric.query["uuid"]]
    experiment.primary_metrics_ordered_uuids = ordering
    experiment.save(update_fields=["primary_metrics_ordered_uuids"])


def change_experiment(experiment: Experiment, actor: User, **changes) -> Experiment:
    return update_experiment(
        experiment=experiment, changes=changes, actor=actor, now=timezone.now()
    )
