import pytest

from tenants import levels
from tenants.models import Membership
from tenants.selectors import Target
from tenants.services import Holder, set_rule
from tests import factories
from tests.client import DocumentedClient


@pytest.fixture
def action(make):
    return make()


@pytest.fixture
def node(action):
    return {"kind": "ActionsNode", "id": action["id"]}


@pytest.fixture
def found(url, action):
    def found(client):
        response = client.get(f"{url}{action['id']}/references/")
        assert response.status_code == 200
        return {(each["type"], each["id"]) for each in response.json()}

    return found


def test_references__metrics_and_criteria__all_that_count_it(client, found, project, ada, node):
    metric = factories.MEAN_METRIC | {"source": node}
    saved = factories.make_saved_metric(project, ada, query=metric)
    using = [
        factories.make_experiment(project, ada, metrics=[metric]),
        factories.make_experiment(project, ada, metrics_secondary=[metric]),
        factories.make_experiment(project, ada, saved_metrics_ids=[{"id": saved.pk}]),
        factories.make_experiment(project, ada, exposure_criteria={"exposure_config": node}),
    ]
    factories.make_experiment(project, ada, metrics=[factories.MEAN_METRIC])
    factories.make_experiment(project, ada, metrics=[metric], deleted=True)

    assert found(client) == {
        ("experiment_saved_metric", str(saved.pk)),
        *(("experiment", str(each.pk)) for each in using),
    }


def test_references__cohort_of_who_did_it__listed(client, found, project, ada, action):
    wanted = {
        "type": "behavioral",
        "value": "performed_event",
        "key": action["id"],
        "event_type": "actions",
    }
    filters = {"properties": {"type": "OR", "values": [wanted]}}
    cohort = factories.make_cohort(project, ada, filters=filters)
    factories.make_cohort(project, ada)

    assert found(client) == {("cohort", str(cohort.pk))}


def test_references__one__told_with_its_author_and_page(client, url, project, ada, action, node):
    metric = factories.MEAN_METRIC | {"source": node}
    experiment = factories.make_experiment(project, ada, metrics=[metric])

    [reference] = client.get(f"{url}{action['id']}/references/").json()

    assert list(reference) == ["type", "id", "name", "url", "created_at", "created_by"]
    assert reference["url"] == f"/project/{project.pk}/experiments/{experiment.pk}"
    assert reference["created_by"]["email"] == "ada@example.com"


def test_references__none__empty_list(client, found):
    assert found(client) == set()


def test_references__denied_kind__not_told(found, project, ada, grace, organization, node):
    metric = factories.MEAN_METRIC | {"source": node}
    factories.make_saved_metric(project, ada, query=metric)
    factories.make_experiment(project, ada, metrics=[metric])
    own = factories.make_experiment(project, grace, metrics=[metric])
    admin = factories.make_user("admin@example.com", organization, Membership.Level.ADMIN)
    set_rule(
        target=Target(project, levels.EXPERIMENT),
        holder=Holder(member=grace.memberships.get()),
        access_level="none",
        actor=admin,
        now=own.created_at,
    )
    colleague = DocumentedClient(factories.make_key(grace))
    assert found(colleague) == {("experiment", str(own.pk))}
