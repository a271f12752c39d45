"""Settings that cannot work: one sentence that names them, and repeats no secret."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from experiments_api import env
from tests.core.variables import SETTINGS, put


def test_secret__short__refused_and_not_repeated(monkeypatch):
    put(monkeypatch, "hunter2")

    with pytest.raises(ImproperlyConfigured, match="at least 20 characters") as refusal:
        env.secret("SAMPLE")
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize("value", ["", "phx_0123456789abcdef", "x" * 200])
def test_api_key__a_client_can_send_it__itself(monkeypatch, value):
    put(monkeypatch, value)

    assert env.api_key("SAMPLE") == value


@pytest.mark.parametrize(
    "value",
    [
        *("short", "phx_ with some spaces in it", "phx_0123456789abcdef\n", "phx_\u00e9" * 5),
        *("pha_0123456789abcdef", "phs_0123456789abcdef", "phc_0123456789abcdef", "x" * 201),
    ],
)
def test_api_key__nobody_can_send_it__refused_and_not_repeated(monkeypatch, value):
    put(monkeypatch, value)

    with pytest.raises(ImproperlyConfigured, match="SAMPLE must be") as refusal:
        env.api_key("SAMPLE")
    assert value.strip() not in str(refusal.value)


BAD = {
    "LOG_LEVEL": "verbose",
    "DATABASE_URL": "mysql://root@localhost/experiments",
    "SECRET_KEY": "short",
    "ALLOWED_HOSTS": "https://experiments.example.com",
    "CORS_ALLOWED_ORIGINS": "https://app.example.com/path",
    "CSRF_TRUSTED_ORIGINS": "app.example.com",
    "EXPERIMENTS_API_KEY": "a key",
    "MAX_BODY_BYTES": "5m",
}
# Matched literally, or by everybody.
NEVER_MATCHED = {
    "CORS_ALLOWED_ORIGINS": ["https://*.example.com", "*, https://app.example.com"],
    "CSRF_TRUSTED_ORIGINS": ["*"],
}
# With these, everything would be deleted or refused, or everybody trusted.
TOO_SMALL = {
    "ACTIVITY_RETENTION_DAYS": "-1",
    "EVENTS_RETENTION_DAYS": "-1",
    "MAX_FEATURE_FLAGS_PER_PROJECT": "-1",
    "MAX_BODY_BYTES": "0",
    "NUM_PROXIES": "-1",
    "RESPONSE_CACHE_MB": "-1",
    "HSTS_SECONDS": "-1",
    "RESULTS_STATEMENT_SECONDS": "0",
    "DATABASE_LOCK_SECONDS": "0",
}
WRONG = [
    *BAD.items(),
    *TOO_SMALL.items(),
    *[(name, value) for name, values in NEVER_MATCHED.items() for value in values],
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_settings__one_is_wrong__one_sentence_that_names_it(settings_with, name, value):
    with pytest.raises(ImproperlyConfigured, match=name):
        settings_with(**{name: value})


@pytest.mark.parametrize("name", ["LOG_LEVEL", "DATABASE_URL", "SECRET_KEY"])
def test_settings__one_is_wrong__command_ends_without_a_traceback(name):
    root = SETTINGS.parent.parent
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=root,
        env=os.environ | {name: BAD[name]},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.startswith("A setting is wrong: ")
    assert name in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "value", ["mysql://u:hunter2@h/d", "postgres://u:hunter2@[h/d", "hunter2", "redis://hunter2"]
)
def test_settings__unreadable_database__password_not_repeated(settings_with, value):
    with pytest.raises(ImproperlyConfigured) as refusal:
        settings_with(DATABASE_URL=value)
    assert "hunter2" not in str(refusal.value)
