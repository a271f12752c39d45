"""What a regular expression may cost: CPU of the worker, and nothing under the flag's lock."""

import functools
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from feature_flags.models import FeatureFlag
from property_filters.patterns import _compiled
from tests import factories
from tests.assertions import assert_invalid
from tests.feature_flags.paths import path_of

SECONDS = 1.0
COSTLY = {
    "classes": [r"\pL" * 3333],
    "alternatives": [r"\pL|" * 2500],
    "classes of all scripts": [r"(?i)" + r"\w" * 8 + str(number) for number in range(100)],
    "other classes": [r"[^\pL]" * 1666],
    "counted": [rf"(\pL|x){{900}}{number}" for number in range(100)],
    "counted classes": [rf"[\pL\pN\pM]{{20}}{number}" for number in range(100)],
    "nested": ["(" * 4999 + ")" * 4999],
    "too many": [rf"\pL{{1000}}{number}" for number in range(1000)],
    "too long": [r"(?i)\pL" * 1700],
}


def with_patterns(patterns):
    wanted = [
        {"key": "email", "type": "person", "operator": "regex", "value": pattern}
        for pattern in patterns
    ]
    return {"filters": {"groups": [{"properties": wanted, "rollout_percentage": 100}]}}


@pytest.fixture
def flag(project):
    return factories.make_flag(project, "menu", filters={"groups": [{"properties": []}]})


@pytest.mark.parametrize("patterns", COSTLY.values(), ids=COSTLY.keys())
def test_pattern_cost__worst_that_fits__less_than_a_second_of_cpu(client, flag, patterns):
    body = with_patterns(patterns)
    client.get(path_of(flag))
    _compiled.cache_clear()
    before = time.process_time()

    response = client.patch(path_of(flag), body)

    assert time.process_time() - before < SECONDS
    assert response.status_code in (200, 400)


def test_pattern_cost__costly_one__compiled_before_the_flag_is_locked(client, flag, monkeypatch):
    compiled_after = []
    with CaptureQueriesContext(connection) as asked:
        real = _compiled.__wrapped__

        def noted(text):
            compiled_after.append([query["sql"] for query in asked.captured_queries])
            return real(text)

        monkeypatch.setattr("property_filters.patterns._compiled", noted)
        # As it is cached: only the first call for a text compiles.
        monkeypatch.setattr("property_filters.patterns._compiled", functools.cache(noted))
        assert client.patch(path_of(flag), with_patterns([r"^a+$"])).status_code == 200

    [earlier] = compiled_after
    assert not any("BEGIN" in sql or "FOR UPDATE" in sql or "SAVEPOINT" in sql for sql in earlier)


def test_pattern_cost__stored_that_would_be_too_much__may_be_sent_back(client, flag):
    stored = with_patterns([f"a{number}" for number in range(150)])
    FeatureFlag.objects.filter(pk=flag.pk).update(filters=stored["filters"])

    assert client.patch(path_of(flag), stored | {"name": "New"}).status_code == 200
    more = with_patterns([f"a{number}" for number in range(151)])
    assert_invalid(client.patch(path_of(flag), more), "filters", "invalid_value")
