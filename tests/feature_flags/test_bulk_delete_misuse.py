import pytest

from feature_flags import selections
from feature_flags.models import FeatureFlag
from tests import factories
from tests.feature_flags.paths import flags_of
from tests.looping import in_one_test

KEYS = {"one", "two", "three"}


@pytest.fixture
def delete(client, project):
    return lambda **body: client.post(f"{flags_of(project)}bulk_delete/", body)


@pytest.fixture(autouse=True)
def flags(project):
    return [factories.make_flag(project, key) for key in sorted(KEYS)]


def live_keys() -> set[str]:
    return set(FeatureFlag.objects.filter(deleted=False).values_list("key", flat=True))


@in_one_test(
    "body",
    [
        {},
        {"ids": [1], "filters": {"search": "one"}},
        {"ids": None, "filters": None},
        {"filter": {"search": "one"}},
        {"ids": []},
        {"ids": 1},
        {"ids": {"1": 1}},
        {"ids": [1, "x"]},
        {"ids": [1, None]},
        {"ids": [1, True]},
        {"ids": [1, [2]]},
        {"ids": [1.5]},
        {"ids": [-1]},
        {"ids": ["9" * 30]},
        {"filters": {}},
        {"filters": []},
        {"filters": "search"},
        {"filters": {"keys": "one"}},
        {"filters": {"search": "one", "limit": 1}},
        {"filters": {"search": "one", "order": "key"}},
        {"filters": {"search": ""}},
        {"filters": {"search": " \t"}},
        {"filters": {"search": None}},
        {"filters": {"search": {"a": 1}}},
        {"filters": {"search": "a" * 201}},
        {"filters": {"active": "yes"}},
        {"filters": {"active": 1}},
        {"filters": {"created_by_id": ""}},
        {"filters": {"created_by_id": []}},
        {"filters": {"created_by_id": True}},
        {"filters": {"created_by_id": "1,x"}},
        {"filters": {"created_by_id": "[1"}},
        {"filters": {"type": "bool"}},
        {"filters": {"evaluation_runtime": "SERVER"}},
        {"filters": {"excluded_properties": []}},
        {"filters": {"excluded_properties": "one"}},
        {"filters": {"excluded_tags": [""]}},
        {"filters": {"excluded_tags": [1]}},
        {"filters": {"tags": [["q3"]]}},
        {"filters": {"tags": "[" * 5000}},
        {"filters": {"archived": False}},
        {"filters": {"archived": "0", "search": "one"}},
        {"filters": {"has_evaluation_contexts": "maybe"}},
    ],
    ids=lambda body: str(body)[:60],
)
def test_bulk_delete__misused__refused_with_nothing_deleted(delete, body):
    response = delete(**body)

    assert response.status_code == 400
    assert list(response.json()) == ["error", "detail"]
    assert live_keys() == KEYS


@in_one_test("body", ["", "[]", "[1]", "null", "7", r'{"filters": {"\ud800": 1}}', "ids=1&ids=2"])
def test_bulk_delete__no_body_of_this_kind__refused(client, project, body):
    url = f"{flags_of(project)}bulk_delete/"

    response = client.generic("POST", url, body, "application/json")

    assert response.status_code == 400
    assert list(response.json()) == ["error", "detail"]
    assert live_keys() == KEYS


@pytest.mark.parametrize(
    "body", [lambda flags: {"ids": [f.pk for f in flags]}, lambda _: {"filters": {"active": True}}]
)
def test_bulk_delete__too_many__refused_with_nothing_deleted(delete, flags, monkeypatch, body):
    monkeypatch.setattr(selections, "MAX_SELECTED", 2)

    response = delete(**body(flags))

    assert response.status_code == 400
    assert "at most 2" in response.json()["error"]
    assert live_keys() == KEYS
