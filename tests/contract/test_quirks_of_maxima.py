"""Lists that have no pages, and where they end."""

import pytest

from experiments import views as experiment_views
from feature_flags import mixins
from feature_flags.models import FeatureFlag, FlagDependency
from saved_metrics.models import SavedMetric
from tenants.models import Membership
from tenants.services import access_rules, roles
from tests import factories
from tests.assertions import assert_invalid
from tests.client import DocumentedClient

MANY = 1001


@pytest.fixture
def many(project):
    """One flag more than a list has."""
    one = factories.make_flag(project, "menu")
    columns = {"project": project, "filters": one.filters, "created_at": one.created_at}
    columns["updated_at"] = one.updated_at
    FeatureFlag.objects.bulk_create(
        FeatureFlag(key=f"flag-{number}", **columns) for number in range(MANY - 1)
    )
    return f"/api/projects/{project.pk}/feature_flags/"


# Quirk: lists-without-pages-have-a-maximum
@pytest.mark.parametrize("path", ["my_flags/", "evaluation_reasons/?distinct_id=u"])
def test_quirks__values_of_all_flags__a_thousand_and_how_many_there_are(client, many, path):
    response = client.get(f"{many}{path}")

    assert len(response.json()) == MANY - 1
    assert response.headers["X-Total-Count"] == str(MANY)


# Quirk: lists-without-pages-have-a-maximum
def test_quirks__dependent_flags__a_thousand_and_how_many_there_are(client, project, many):
    needed = factories.make_flag(project, "needed")
    FlagDependency.objects.bulk_create(
        FlagDependency(flag=flag, needed=needed)
        for flag in FeatureFlag.objects.exclude(pk=needed.pk)
    )

    response = client.get(f"{many}{needed.pk}/dependent_flags/")

    assert len(response.json()) == MANY - 1
    assert response.headers["X-Total-Count"] == str(MANY)


# Quirk: lists-without-pages-have-a-maximum
def test_quirks__references_of_an_action__a_thousand_and_how_many_there_are(client, project, ada):
    action = factories.make_action(project, ada)
    query = factories.MEAN_METRIC | {"source": {"kind": "ActionsNode", "id": action.pk}}
    one = factories.make_saved_metric(project, ada, query=query)
    columns = {"project": project, "query": one.query, "created_by": ada}
    columns |= {"created_at": one.created_at, "updated_at": one.updated_at}
    SavedMetric.objects.bulk_create(
        SavedMetric(name=f"metric {number}", **columns) for number in range(MANY - 1)
    )

    response = client.get(f"/api/projects/{project.pk}/actions/{action.pk}/references/")

    assert len(response.json()) == MANY - 1
    assert response.headers["X-Total-Count"] == str(MANY)


# Quirk: lists-without-pages-have-a-maximum
def test_quirks__tags__a_thousand_and_how_many_there_are(client, project, many):
    flags = [*FeatureFlag.objects.all()]
    for number, flag in enumerate(flags):
        flag.tags = [f"tag {number:04}"]
    FeatureFlag.objects.bulk_update(flags, ["tags"])

    response = client.get(f"/api/projects/{project.pk}/tags/")

    assert len(response.json()) == MANY - 1
    assert response.headers["X-Total-Count"] == str(MANY)


# Quirk: lists-without-pages-have-a-maximum
@pytest.mark.parametrize("kind", ["feature_flags", "experiments"])
def test_quirks__ids_of_all__some_and_how_many_there_are(client, project, ada, monkeypatch, kind):
    for number in range(3):
        factories.make_experiment(project, ada, feature_flag_key=f"flag-{number}")
    for module in (mixins, experiment_views):
        monkeypatch.setattr(module, "MAX_IDS", 2)

    body = client.get(f"/api/projects/{project.pk}/{kind}/matching_ids/").json()

    assert (len(body["ids"]), body["total"]) == (2, 3)


@pytest.fixture
def admin(organization, ada):
    organization.memberships.filter(user=ada).update(level=Membership.Level.ADMIN)
    return DocumentedClient(factories.make_key(ada))


# Quirk: lists-without-pages-have-a-maximum
def test_quirks__member_of_a_full_role__refused(admin, organization, grace, ada, monkeypatch):
    monkeypatch.setattr(roles, "MAX_ROLE_MEMBERS", 1)
    url = f"/api/organizations/{organization.pk}/roles/"
    members = f"{url}{admin.post(url, {'name': 'R'}).json()['id']}/role_memberships/"
    assert admin.post(members, {"user_uuid": str(ada.uuid)}).status_code == 201

    assert_invalid(admin.post(members, {"user_uuid": str(grace.uuid)}), None)


# Quirk: lists-without-pages-have-a-maximum
def test_quirks__one_rule_too_many__refused(admin, project, grace, monkeypatch):
    monkeypatch.setattr(access_rules, "MAX_RULES", 1)
    flag = factories.make_flag(project)
    url = f"/api/projects/{project.pk}/feature_flags/{flag.pk}/access_controls/"
    assert admin.put(url, {"access_level": "viewer"}).status_code == 200

    place = str(grace.memberships.get().uuid)
    body = {"access_level": "editor", "organization_member": place}
    assert_invalid(admin.put(url, body), None)
    assert admin.put(url, {"access_level": "none"}).status_code == 200
