import pytest
from django.core.cache import caches
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from tests.looping import in_one_test

PROBES = ["/_livez", "/_readyz", "/_health"]
ALL = {"postgres": True, "postgres_migrations_uptodate": True, "cache": True}


@pytest.fixture
def browser():
    return Client()


@pytest.fixture
def _migration_missing(db):
    MigrationRecorder.Migration.objects.filter(app="holdouts").delete()


@pytest.fixture(params=["dummy.DummyCache", "redis.RedisCache"])
def _cache_away(settings, request):
    # One forgets everything, of the other nothing listens at the address.
    backend = f"django.core.cache.backends.{request.param}"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": "redis://127.0.0.1:1/0"}}
    yield
    del caches["default"]


def test_livez__nobody__alive(browser):
    response = browser.get("/_livez")

    assert (response.status_code, response.json()) == (200, {"http": True})


@pytest.mark.usefixtures("_database_away")
def test_livez__database_away__still_alive(browser):
    assert browser.get("/_livez").status_code == 200


def test_readyz__all_well__every_check(browser, db):
    response = browser.get("/_readyz")

    assert (response.status_code, response.json()) == (200, ALL)


@pytest.mark.parametrize(
    ("role", "checks"),
    [
        ("web", {"postgres", "cache"}),
        ("query", {"postgres", "cache"}),
        ("decide", {"postgres", "cache"}),
        ("worker", {"postgres"}),
        ("events", set()),
        ("report", set()),
    ],
)
def test_readyz__role__its_checks_only(browser, db, role, checks):
    response = browser.get(f"/_readyz?role={role}")

    assert response.status_code == 200
    assert response.json() == dict.fromkeys(checks, True)


@in_one_test("role", ["", "king", "WEB", "%00", "%FF", "web&role=king"])
def test_readyz__unknown_role__refused(browser, role):
    response = browser.get(f"/_readyz?role={role}")

    assert (response.status_code, response.json()) == (400, {"error": "InvalidRole"})


@pytest.mark.usefixtures("db")
def test_readyz__events_not_migrated__not_ready(browser):
    if "events" not in connections:
        pytest.skip("about SQLite, where events have a database of their own")
    MigrationRecorder(connections["events"]).migration_qs.filter(app="events").delete()

    response = browser.get("/_readyz")

    assert response.status_code == 503
    assert response.json() == ALL | {"postgres_migrations_uptodate": False}


@pytest.mark.usefixtures("_migration_missing")
def test_readyz__migration_missing__not_ready(browser):
    response = browser.get("/_readyz")

    assert response.status_code == 503
    assert response.json() == ALL | {"postgres_migrations_uptodate": False}


@pytest.mark.usefixtures("_migration_missing")
def test_readyz__failing_check_excluded__ready_but_told(browser):
    response = browser.get("/_readyz?exclude=cache&exclude=postgres_migrations_uptodate")

    assert response.status_code == 200
    assert response.json() == ALL | {"postgres_migrations_uptodate": False}


@pytest.mark.usefixtures("_migration_missing")
def test_readyz__failing_check_outside_the_role__ready(browser):
    assert browser.get("/_readyz?role=web").status_code == 200


@pytest.mark.usefixtures("_migration_missing")
def test_readyz__unknown_check_excluded__ignored(browser):
    assert browser.get("/_readyz?exclude=kafka").status_code == 503


@pytest.mark.usefixtures("_database_away")
def test_readyz__database_away__not_ready(browser):
    response = browser.get("/_readyz")

    assert response.status_code == 503
    assert response.json() == {
        "postgres": False,
        "postgres_migrations_uptodate": False,
        "cache": True,
    }


@pytest.mark.usefixtures("_cache_away")
def test_readyz__cache_away__not_ready(browser, db):
    response = browser.get("/_readyz")

    assert response.status_code == 503
    assert response.json() == ALL | {"cache": False}


@pytest.mark.parametrize("path", ["/_health", "/_health/"])
def test_health__all_well__ok(browser, db, path):
    response = browser.get(path)

    assert (response.status_code, response.content) == (200, b"ok")
    assert response.headers["Content-Type"] == "text/plain"


@pytest.mark.usefixtures("_migration_missing")
def test_health__migration_missing__says_so(browser):
    response = browser.get("/_health")

    assert response.status_code == 503
    assert b"migrated" in response.content


@pytest.mark.usefixtures("_database_away")
def test_health__database_away__unavailable(browser):
    assert browser.get("/_health").status_code == 503


@in_one_test("path", ["/_livez/", "/_readyz/", "/_livez/x", "/_health/x"])
def test_probe__other_path__not_found(browser, path):
    assert browser.get(path).status_code == 404


@pytest.mark.parametrize("path", PROBES[:2])
def test_probe__any_host__answers(browser, db, path):
    assert browser.get(path, HTTP_HOST="10.0.0.7").status_code == 200


@pytest.mark.parametrize("path", PROBES)
def test_probe__odd_credentials__not_looked_at(browser, db, path):
    response = browser.get(path, headers={"Authorization": "Bearer phx_unknown"})

    assert response.status_code == 200


@pytest.mark.parametrize("path", PROBES)
def test_probe__head__no_body(browser, db, path):
    response = browser.head(path)

    assert (response.status_code, response.content) == (200, b"")


@pytest.mark.parametrize("path", PROBES)
def test_probe__fresh_browser__sets_no_cookies(browser, db, path):
    assert not browser.get(path).cookies
