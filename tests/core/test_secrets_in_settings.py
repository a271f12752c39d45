import pytest
from django.core.exceptions import ImproperlyConfigured

from experiments_api import env
from tests.core.variables import put


def test_secret__variable__itself(monkeypatch, tmp_path):
    (tmp_path / "secret").write_text("the secret from the file")
    monkeypatch.setenv("SAMPLE_FILE", str(tmp_path / "secret"))
    put(monkeypatch, "the secret from the variable")

    assert env.secret("SAMPLE") == "the secret from the variable"


def test_secret__file_of_bytes__refused_naming_it(monkeypatch, tmp_path):
    (tmp_path / "secret").write_bytes(b"\xff" * 48)
    monkeypatch.setenv("SAMPLE_FILE", str(tmp_path / "secret"))
    put(monkeypatch, None)

    with pytest.raises(ImproperlyConfigured, match="SAMPLE_FILE cannot be read as text"):
        env.secret("SAMPLE")


@pytest.mark.parametrize(
    "value", ["clickhouse://user:a[b@host:8123/x", "clickhouse://host:http/x", "http://host/x"]
)
def test_events_url__no_url_of_clickhouse__refused(monkeypatch, value):
    put(monkeypatch, value)

    with pytest.raises(ImproperlyConfigured, match="SAMPLE must be like clickhouse://"):
        env.events_url("SAMPLE")


def test_secret__file__its_content_without_white_space(monkeypatch, tmp_path):
    (tmp_path / "secret").write_text("the secret from the file\n")
    monkeypatch.setenv("SAMPLE_FILE", str(tmp_path / "secret"))

    assert env.secret("SAMPLE") == "the secret from the file"


@pytest.mark.parametrize("content", [None, "", " \n"], ids=["missing", "empty", "blank"])
def test_secret__file_gives_nothing__refused_naming_both(monkeypatch, tmp_path, content):
    path = tmp_path / "secret"
    if content is not None:
        path.write_text(content)
    monkeypatch.setenv("SAMPLE_FILE", str(path))

    with pytest.raises(ImproperlyConfigured, match="Set SAMPLE, or SAMPLE_FILE"):
        env.secret("SAMPLE")


@pytest.mark.parametrize("path", ["", "/"], ids=["unset", "folder"])
def test_secret__no_file__refused(monkeypatch, path):
    monkeypatch.setenv("SAMPLE_FILE", path)

    with pytest.raises(ImproperlyConfigured):
        env.secret("SAMPLE")
