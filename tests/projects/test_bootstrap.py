import io

import pytest
from django.core.cache import cache
from django.core.management import call_command

from tenants.models import Membership, Organization, Project
from tests import factories
from tests.client import DocumentedClient
from users.models import PersonalAPIKey, User


def bootstrap() -> str:
    out = io.StringIO()
    call_command("bootstrap", stdout=out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def _no_fixed_key(settings):
    settings.EXPERIMENTS_API_KEY = ""


def test_bootstrap__empty_database__prints_just_a_key_that_may_everything(db):
    printed = bootstrap()

    key = printed.removesuffix("\n")
    assert key.startswith("phx_")
    assert key == key.strip()
    client = DocumentedClient(key)
    url = f"/api/projects/{Project.objects.get().pk}/experiments/"
    assert client.post(url, {"name": "New", "feature_flag_key": "new"}).status_code == 201
    assert client.get("/api/projects/@current/experiments/").json()["count"] == 1


def test_bootstrap__empty_database__makes_an_owner(db):
    bootstrap()

    membership = Membership.objects.get()
    assert membership.level == Membership.Level.OWNER
    assert membership.user.email == "owner@example.com"
    assert not membership.user.has_usable_password()
    assert not membership.user.is_staff


def test_bootstrap__twice__same_key_nothing_new(db):
    first = bootstrap()
    rows = rows_of_all_kinds()

    second = bootstrap()

    assert second == first
    assert rows_of_all_kinds() == rows


def test_bootstrap__interrupted_before_the_membership__repaired(db):
    bootstrap()
    Membership.objects.all().delete()

    bootstrap()

    assert Membership.objects.get().level == Membership.Level.OWNER


def test_bootstrap__owner_was_removed_by_another__not_brought_back(db):
    key = bootstrap().strip()
    Membership.objects.all().delete()
    other = factories.make_user("other@example.com", Organization.objects.get())
    Membership.objects.update(level=Membership.Level.OWNER)

    assert bootstrap().strip() == key

    assert Membership.objects.get().user == other
    assert DocumentedClient(key).get("/api/projects/").json()["count"] == 0


def test_bootstrap__key_of_the_same_label_by_a_person__kept(db):
    bootstrap()
    owner = User.objects.get()
    own = PersonalAPIKey.objects.create(user=owner, label="bootstrap", secure_value="of a person")

    bootstrap()

    assert PersonalAPIKey.objects.filter(pk=own.pk).exists()


def test_bootstrap__owner_was_demoted__left_alone(db):
    bootstrap()
    Membership.objects.update(level=Membership.Level.MEMBER)

    bootstrap()

    assert Membership.objects.get().level == Membership.Level.MEMBER


def test_bootstrap__rows_there_already__used(organization, project, ada):
    bootstrap()

    assert list(Organization.objects.all()) == [organization]
    assert list(Project.objects.all()) == [project]
    assert User.objects.count() == 2


def test_bootstrap__database_is_the_cache__table_made(db, settings):
    backend = "django.core.cache.backends.db.DatabaseCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": "cache"}}

    bootstrap()

    cache.set("a", 1)
    assert cache.get("a") == 1


def test_bootstrap__fixed_key__is_the_key(db, settings):
    settings.EXPERIMENTS_API_KEY = "phx_chosen_by_the_operator"

    assert bootstrap() == "phx_chosen_by_the_operator\n"
    assert PersonalAPIKey.objects.get().mask_value == "phx_...ator"


def test_bootstrap__secret_changed__old_key_is_dead(db, settings):
    old = bootstrap().strip()
    settings.SECRET_KEY = "another"

    new = bootstrap().strip()

    assert new != old
    url = "/api/projects/@current/experiments/"
    assert DocumentedClient(new).get(url).status_code == 200
    assert DocumentedClient(old).get(url).status_code == 401


def test_bootstrap__secret_changed__other_keys_stay(ada, settings):
    bootstrap()
    call_command("create_api_key", "owner@example.com", scope=["*"], stdout=io.StringIO())
    settings.SECRET_KEY = "another"

    bootstrap()

    assert set(PersonalAPIKey.objects.values_list("label", flat=True)) == {
        "bootstrap",
        "command line",
    }


def rows_of_all_kinds():
    models = (Organization, Project, Membership, User, PersonalAPIKey)
    return [list(model.objects.order_by("pk").values()) for model in models]
