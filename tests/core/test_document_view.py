import json
import time

import pytest
import yaml

from core.http.document_view import DocumentView
from tests.client import DOCUMENT

SECONDS = 0.1


@pytest.fixture(autouse=True)
def _nothing_rendered(monkeypatch):
    monkeypatch.setattr(DocumentView, "_rendered", {})


def test_document__asked_again__costs_nothing(anonymous):
    first = anonymous.get("/api/schema/")
    before = time.process_time()

    again = anonymous.get("/api/schema/")

    assert time.process_time() - before < SECONDS
    assert again.content == first.content
    assert again.headers["Content-Type"] == first.headers["Content-Type"]
    assert yaml.safe_load(again.content)["paths"].keys() == DOCUMENT["paths"].keys()


@pytest.mark.parametrize("query", ["?version=1", "?lang=de", "?version=x&a=b"])
def test_document__any_query__the_same(anonymous, query):
    plain = anonymous.get("/api/schema/").content

    assert anonymous.get(f"/api/schema/{query}").content == plain
    assert len(DocumentView._rendered) == 1


def test_document__as_json__the_same_in_json(anonymous):
    response = anonymous.get("/api/schema/?format=json")

    assert json.loads(response.content)["paths"].keys() == DOCUMENT["paths"].keys()
    assert response.headers["Content-Type"].startswith("application/vnd.oai.openapi+json")
