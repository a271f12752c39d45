import pytest

from tests.assertions import assert_error
from tests.concurrency.resources import KINDS, STALE

FORMS = {
    "same": "{etag}",
    "weak": "W/{etag}",
    "in_a_list": f"{STALE}, W/{STALE},{{etag}} ",
    "anything": "*",
}
OTHER_FORMS = {
    "another": STALE,
    "without_quotes": "abc",
    "malformed": '"',
    "empty": "",
    "null_character": "\x00",
    "star_in_a_list": f"*, {STALE}",
}


@pytest.mark.parametrize("name", KINDS)
def test_if_none_match__object_unchanged__not_modified(admin, make, name):
    url = make(name)
    read = admin.get(url)

    response = admin.get(url, headers={"If-None-Match": read.headers["ETag"]})

    assert (response.status_code, response.content) == (304, b"")
    assert response.headers["ETag"] == read.headers["ETag"]
    assert response.headers["Vary"] == read.headers["Vary"]
    assert "Content-Type" not in response.headers


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("method", ["get", "head"])
def test_if_none_match__etag_named__not_modified(client, url, etag, method, form):
    response = getattr(client, method)(url, headers={"If-None-Match": form.format(etag=etag)})

    assert (response.status_code, response.headers["ETag"]) == (304, etag)


@pytest.mark.parametrize("form", OTHER_FORMS.values(), ids=OTHER_FORMS)
def test_if_none_match__etag_not_named__answered(client, url, etag, form):
    response = client.get(url, headers={"If-None-Match": form})

    assert (response.status_code, response.headers["ETag"]) == (200, etag)
    assert response.json()["name"] == "H"


def test_if_none_match__object_changed__answered(client, url, etag):
    client.patch(url, {"name": "Renamed"})

    response = client.get(url, headers={"If-None-Match": etag})

    assert response.status_code == 200
    assert response.json()["name"] == "Renamed"
    assert response.headers["ETag"] != etag


def test_if_none_match__list_unchanged__not_modified(client, holdouts, url):
    etag = client.get(holdouts).headers["ETag"]

    assert client.get(holdouts, headers={"If-None-Match": etag}).status_code == 304
    assert client.get(f"{holdouts}?offset=1", headers={"If-None-Match": etag}).status_code == 200


def test_if_none_match__object_gone__not_found(client, url, etag):
    client.delete(url)

    assert_error(client.get(url, headers={"If-None-Match": "*"}), 404, "not_found")


def test_if_none_match__who_may_not_read__refused(outsider, anonymous, url, etag):
    headers = {"If-None-Match": etag}

    assert_error(outsider.get(url, headers=headers), 403, "permission_denied")
    assert_error(anonymous.get(url, headers=headers), 401, "not_authenticated")


def test_if_none_match__change__ignored(client, url, etag):
    response = client.patch(url, {"name": "Renamed"}, headers={"If-None-Match": etag})

    assert (response.status_code, response.json()["name"]) == (200, "Renamed")
