import pytest
from django.utils import timezone

from experiments.models import Experiment
from tenants import levels
from tenants.models import Membership
from tenants.selectors import Target
from tenants.services import Holder, set_rule
from tests import factories
from tests.assertions import assert_error
from tests.client import DocumentedClient
from tests.experiments.paths import collection


@pytest.fixture
def url(project):
    return f"{collection(project)}matching_ids/"


def test_matching_ids__all__in_the_order_of_the_list(client, project, ada, url):
    made = [factories.make_experiment(project, ada).pk for _ in range(3)]
    assert client.get(url).json() == {"ids": made[::-1], "total": 3}


def test_matching_ids__filters__as_of_the_list(client, project, ada, url):
    factories.make_experiment(project, ada)
    found = factories.make_experiment(project, ada, name="Red", tags=["q3"])
    factories.make_experiment(project, ada, name="Red", tags=["q3"], archived=True)

    query = {"search": "red", "tags": '["q3"]', "status": "draft", "order": "name", "limit": 1}

    assert client.get(url, query).json() == {"ids": [found.pk], "total": 1}


def test_matching_ids__more_than_a_page__all(client, project, ada, url):
    factories.make_experiment(project, ada)
    row = Experiment.objects.values().get()
    del row["id"]
    Experiment.objects.bulk_create(Experiment(**row) for _ in range(150))

    assert client.get(url).json()["total"] == 151


def test_matching_ids__viewer__only_those_they_may_edit(project, ada, grace, organization, url):
    admin = factories.make_user("admin@example.com", organization, Membership.Level.ADMIN)
    factories.make_experiment(project, ada)
    own = factories.make_experiment(project, grace)
    target, member = Target(project, levels.EXPERIMENT), grace.memberships.get()
    now = timezone.now()
    set_rule(
        target=target, holder=Holder(member=member), access_level="viewer", actor=admin, now=now
    )

    colleague = DocumentedClient(factories.make_key(grace, "experiment:read"))

    assert colleague.get(url).json() == {"ids": [own.pk], "total": 1}


def test_matching_ids__unknown_order__refused(client, url):
    assert client.get(url, {"order": "colour"}).status_code == 400


def test_matching_ids__key_without_the_scope__forbidden(grace, url):
    reader = DocumentedClient(factories.make_key(grace, "feature_flag:read"))
    assert_error(reader.get(url), 403, "permission_denied")
