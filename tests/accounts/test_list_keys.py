from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.accounts.paths import KEYS
from tests.assertions import assert_error
from users.models import PersonalAPIKey

MEMBERS = [
    "id",
    "label",
    "value",
    "mask_value",
    "created_at",
    "last_used_at",
    "user_id",
    "scopes",
    "scoped_teams",
    "scoped_organizations",
    "last_rolled_at",
]


def test_list_keys__two__bare_array_newest_first(browser, make_key, ada):
    older = make_key(ada, "older")
    newer = make_key(ada, "newer", scopes=["*"])

    response = browser.get(KEYS)

    assert response.status_code == 200
    body = response.json()
    assert [row["id"] for row in body] == [newer.pk, older.pk]
    assert list(body[0]) == MEMBERS
    assert body[0] == {
        "id": newer.pk,
        "label": "newer",
        "value": None,
        "mask_value": f"phx_...{newer.value[-4:]}",
        "created_at": newer.created_at.isoformat().replace("+00:00", "Z"),
        "last_used_at": None,
        "user_id": ada.pk,
        "scopes": ["*"],
        "scoped_teams": [],
        "scoped_organizations": [],
        "last_rolled_at": None,
    }


def test_list_keys__made_later_with_an_earlier_time__by_time(browser, make_key, ada):
    first, second = make_key(ada), make_key(ada)
    earlier = first.created_at - timedelta(days=1)
    PersonalAPIKey.objects.filter(pk=second.pk).update(created_at=earlier)

    assert [row["id"] for row in browser.get(KEYS).json()] == [first.pk, second.pk]


def test_list_keys__of_others__not_shown(browser, foreign_key):
    assert browser.get(KEYS).json() == []


def test_list_keys__limit_and_offset__ignored(browser, make_key, ada):
    make_key(ada)
    make_key(ada)

    assert len(browser.get(KEYS, {"limit": 1, "offset": 1}).json()) == 2


def test_list_keys__one_or_five__same_number_of_queries(browser, make_key, ada):
    make_key(ada)
    browser.get(KEYS)
    with CaptureQueriesContext(connection) as with_one:
        browser.get(KEYS)

    for _ in range(4):
        make_key(ada)
    with CaptureQueriesContext(connection) as with_five:
        response = browser.get(KEYS)

    assert len(response.json()) == 5
    assert len(with_five) == len(with_one) == 3


def test_list_keys__no_trailing_slash__same_answer(browser, key):
    assert browser.get(KEYS.rstrip("/")).json() == browser.get(KEYS).json()


def test_list_keys__nobody__not_authenticated(anonymous, db):
    response = anonymous.get(KEYS)

    assert_error(response, 401, "not_authenticated")
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_list_keys__with_a_key_for_everything__forbidden(everything):
    response = everything.get(KEYS)

    assert_error(response, 403, "permission_denied")
    assert "cannot be used with a personal API key" in response.json()["detail"]
