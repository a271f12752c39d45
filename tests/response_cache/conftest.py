"""A project with one of everything that a read shows, and its reads."""

import pytest
from django.conf import LazySettings
from django.utils import timezone

from actions.models import Action
from experiments.models import Experiment
from tenants import levels
from tenants.models import Membership, Project, ProjectSecretAPIKey
from tenants.selectors import Target
from tenants.services import Holder, add_to_role, create_role, set_rule
from tests import factories
from tests.client import DocumentedClient
from users.models import User


@pytest.fixture
def filled(project: Project, ada: User, grace: User) -> Experiment:
    """An experiment with a holdout and a metric of an action; grace has a role, both a rule."""
    now = timezone.now()
    organization = project.organization
    action = Action.objects.create(project=project, name="Paid", tags=["q3"])
    query = factories.MEAN_METRIC | {"source": {"kind": "ActionsNode", "id": action.pk}}
    links = [{"id": factories.make_saved_metric(project, ada, query=query).pk}]
    holdout = factories.make_holdout(project, ada)
    factories.make_cohort(project, ada)
    ProjectSecretAPIKey.objects.create(project=project, label="pipeline", created_by=ada)
    made = factories.make_experiment(project, ada, holdout=holdout, saved_metrics_ids=links)
    role = create_role(organization=organization, values={"name": "Guests"}, actor=ada, now=now)
    add_to_role(organization=organization, role_id=role.pk, user_uuid=grace.uuid, now=now)
    place = Membership.objects.get(user=grace)
    for holder in (Holder(member=place), Holder(role=role)):
        target = Target(project, levels.EXPERIMENT, made)
        set_rule(target=target, holder=holder, access_level="viewer", actor=ada, now=now)
    return made


@pytest.fixture
def colleague(grace: User) -> DocumentedClient:
    return DocumentedClient(factories.make_key(grace))


@pytest.fixture
def urls(filled: Experiment) -> list[str]:
    """Every address whose responses are cached."""
    base = f"/api/projects/{filled.project_id}"
    metric = filled.saved_metric_links.get().saved_metric_id
    return [
        f"{base}/experiments/",
        f"{base}/experiments/{filled.pk}/",
        f"{base}/experiment_holdouts/",
        f"{base}/experiment_holdouts/{filled.holdout_id}/",
        f"{base}/actions/",
        f"{base}/actions/{Action.objects.get().pk}/",
        f"{base}/experiment_saved_metrics/",
        f"{base}/experiment_saved_metrics/{metric}/",
    ]


@pytest.fixture
def fresh(settings: LazySettings):
    """Return the response to a GET with an empty cache."""

    def get(client: DocumentedClient, url: str):
        kept, settings.RESPONSE_CACHE_BYTES = settings.RESPONSE_CACHE_BYTES, 0
        try:
            return client.get(url)
        finally:
            settings.RESPONSE_CACHE_BYTES = kept

    return get
