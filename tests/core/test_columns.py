import json

import pytest
from django.db import connection

from core.db.columns import DocumentColumn

TEXTS = [
    "[]",
    "0",
    '""',
    "-0.0",
    "-0",
    "1e5",
    "1.0",
    "1e400",
    str(2**70),
    "null",
    "true",
    ' {"a": 1} ',
    '{"a": 1, "a": 2}',
    '"\\ud800"',
    '"é\\u00e9\\u0000"',
    "[NaN, Infinity, -Infinity]",
    json.dumps({"nested": [{"a": [1, 2.5, None]}], "text": "\u2028"}),
]


@pytest.mark.parametrize("text", TEXTS)
def test_document_column__json__read_as_json_reads_it(text):
    read = DocumentColumn().from_db_value(text, None, connection)

    # Not compared themselves: NaN is not equal to itself, 1 is to 1.0 and True.
    assert repr(read) == repr(json.loads(text))


@pytest.mark.parametrize("text", ["", "{", "[] []", "word", "1 2"])
def test_document_column__no_json__text_as_it_is(text):
    assert DocumentColumn().from_db_value(text, None, connection) == text


def test_document_column__null__none():
    assert DocumentColumn().from_db_value(None, None, connection) is None


def test_document_column__migrations__know_an_ordinary_one():
    assert DocumentColumn(default=list).deconstruct()[1:] == (
        "django.db.models.JSONField",
        [],
        {"default": list},
    )
