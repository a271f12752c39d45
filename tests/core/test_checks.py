import pytest
from django.core.checks import run_checks
from django.db import connection

from core.ops.checks import check_deployment, check_invariants


def ids():
    return [error.id for error in check_invariants(app_configs=None)]


def test_checks__settings_of_the_house__nothing_to_say():
    assert ids() == []


def test_checks__registered__run_by_django(settings):
    settings.TIME_ZONE = "Europe/Berlin"

    assert "core.E002" in [message.id for message in run_checks()]


@pytest.mark.parametrize(
    ("name", "value"), [("USE_TZ", False), ("TIME_ZONE", "Europe/Berlin")], ids=["naive", "zone"]
)
def test_checks__times_not_in_utc__error(settings, name, value):
    setattr(settings, name, value)

    assert ids() == ["core.E002"]


@pytest.mark.parametrize("path", ["approvals.sinks.log.to_nobody", "approvals.sinks", "log"])
def test_checks__sink_that_cannot_be_called__error_naming_it(settings, path):
    settings.APPROVAL_NOTIFICATION_SINKS = ["approvals.sinks.log.to_log", path]

    [found] = [message for message in run_checks() if message.id == "approvals.E001"]

    assert repr(path) in found.msg


def test_checks__atomic_requests__error_naming_the_database(settings, monkeypatch):
    monkeypatch.setitem(settings.DATABASES["default"], "ATOMIC_REQUESTS", True)

    errors = check_invariants(app_configs=None)

    assert [error.id for error in errors] == ["core.E001"]
    assert "'default'" in errors[0].msg
    assert errors[0].hint


def test_checks__limits_of_the_house__nothing_to_say(db):
    assert run_checks(databases=["default"]) == []


def test_checks__database_without_a_limit__warning_naming_it(db):
    if connection.vendor != "postgresql":
        pytest.skip("about PostgreSQL: name one with DATABASE_URL")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = 0")

    [warning] = run_checks(databases=["default"])

    assert warning.id == "core.W001"
    assert "lock_timeout in the database 'default'" in warning.msg
    assert "docs/operations.md" in warning.hint


READY = {
    "DEBUG": False,
    "SECURE_SSL_REDIRECT": True,
    "SESSION_COOKIE_SECURE": True,
    "SECURE_HSTS_SECONDS": 3600,
    "SECRET_KEY": "x" * 50,
    "ALLOWED_HOSTS": ["experiments.example.com"],
    "SECURE_PROXY_SSL_HEADER": None,
}


@pytest.fixture
def ready(settings):
    for name, value in READY.items():
        setattr(settings, name, value)
    return settings


def test_checks__fit_for_the_internet__nothing_to_say(ready):
    assert check_deployment(app_configs=None) == []


@pytest.mark.parametrize(
    ("name", "value", "variable"),
    [
        ("DEBUG", True, "DEBUG"),
        ("SECURE_SSL_REDIRECT", False, "HTTPS_ONLY"),
        ("SESSION_COOKIE_SECURE", False, "SECURE_COOKIES"),
        ("SECURE_HSTS_SECONDS", 0, "HSTS_SECONDS"),
        ("SECRET_KEY", "short", "SECRET_KEY"),
        ("ALLOWED_HOSTS", ["*"], "ALLOWED_HOSTS"),
        ("SECURE_PROXY_SSL_HEADER", ("HTTP_X_FORWARDED_PROTO", "https"), "NUM_PROXIES"),
    ],
)
def test_checks__not_fit_for_the_internet__variable_named(ready, name, value, variable):
    setattr(ready, name, value)

    [message] = check_deployment(app_configs=None)

    assert variable in f"{message.msg} {message.hint}"
    assert "SECURE_SSL_REDIRECT" not in f"{message.msg} {message.hint}"
