"""Environment variables for tests of settings."""

from pathlib import Path

from experiments_api import env

SETTINGS = Path(env.__file__).with_name("settings.py")


def put(monkeypatch, value):
    if value is None:
        monkeypatch.delenv("SAMPLE", raising=False)
    else:
        monkeypatch.setenv("SAMPLE", value)
