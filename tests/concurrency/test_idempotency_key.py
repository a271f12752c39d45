import pytest

from api.models import IdempotencyKey
from experiments.models import Experiment
from holdouts.models import Holdout
from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient
from tests.concurrency.replays import KEY, assert_replayed
from tests.concurrency.resources import KINDS
from tests.factories import make_key, make_project
from tests.looping import in_one_test
from users.models import User

BODY = {"name": "H"}


def assert_reused(response):
    assert_error(response, 422, "idempotency_key_reused")
    assert response.json()["type"] == "invalid_request"


@pytest.mark.parametrize("name", KINDS)
def test_idempotency_key__creation_repeated__made_once_and_answered_again(admin, project, name):
    kind = KINDS[name]
    url = kind.collection(project)

    first = admin.post(url, kind.creation, headers=KEY)
    again = admin.post(url, kind.creation, headers=KEY)

    assert first.status_code == 201
    assert first.headers["ETag"]
    assert_replayed(again, first)
    assert admin.get(url).json()["count"] == 1


def test_idempotency_key__changed_since__first_answer_again(client, holdouts):
    first = client.post(holdouts, BODY, headers=KEY)
    client.patch(f"{holdouts}{first.json()['id']}/", {"name": "Renamed"})

    assert_replayed(client.post(holdouts, BODY, headers=KEY), first)


def test_idempotency_key__step_repeated__taken_once(client, experiment_url):
    first = client.post(f"{experiment_url}launch/", headers=KEY)
    again = client.post(f"{experiment_url}launch/", headers=KEY)

    assert (first.status_code, first.json()["status"]) == (200, "running")
    assert_replayed(again, first)


def test_idempotency_key__repeated_with_what_is_stale_by_now__answered_again(
    client, experiment_url
):
    etag = client.get(experiment_url).headers["ETag"]
    headers = KEY | {"If-Match": etag}

    first = client.post(f"{experiment_url}launch/", headers=headers)

    assert first.status_code == 200
    assert_replayed(client.post(f"{experiment_url}launch/", headers=headers), first)


def test_idempotency_key__other_body__refused(client, holdouts):
    client.post(holdouts, BODY, headers=KEY)

    assert_reused(client.post(holdouts, {"name": "Other"}, headers=KEY))
    assert Holdout.objects.count() == 1


def test_idempotency_key__other_path__refused(client, holdouts, experiments, experiment_url):
    client.post(f"{experiment_url}launch/", headers=KEY)

    assert_reused(client.post(f"{experiment_url}pause/", headers=KEY))
    assert_reused(client.post(holdouts, BODY, headers=KEY))
    assert Experiment.objects.get().feature_flag.active
    assert not Holdout.objects.exists()


def test_idempotency_key__other_query__refused(client, holdouts):
    client.post(holdouts, BODY, headers=KEY)

    assert_reused(client.post(f"{holdouts}?format=json", BODY, headers=KEY))


def test_idempotency_key__current_project_is_another_now__refused(
    client, ada, project, organization
):
    url = "/api/projects/@current/experiment_holdouts/"
    User.objects.filter(pk=ada.pk).update(current_project=project)
    first = client.post(url, BODY, headers=KEY)
    assert_replayed(client.post(url, BODY, headers=KEY), first)

    User.objects.filter(pk=ada.pk).update(current_project=make_project(organization))

    assert_reused(client.post(url, BODY, headers=KEY))


def test_idempotency_key__no_trailing_slash__same_path(client, holdouts):
    first = client.post(holdouts, BODY, headers=KEY)

    assert_replayed(client.post(holdouts.rstrip("/"), BODY, headers=KEY), first)


def test_idempotency_key__other_user__another_request(client, admin, holdouts):
    client.post(holdouts, BODY, headers=KEY)

    response = admin.post(holdouts, {"name": "Other"}, headers=KEY)

    assert (response.status_code, response.json()["name"]) == (201, "Other")


def test_idempotency_key__other_key_of_the_user__answered_again(client, ada, holdouts):
    first = client.post(holdouts, BODY, headers=KEY)

    assert_replayed(DocumentedClient(make_key(ada)).post(holdouts, BODY, headers=KEY), first)


def test_idempotency_key__may_not_write_any_more__refused(client, ada, holdouts):
    client.post(holdouts, BODY, headers=KEY)
    reader = DocumentedClient(make_key(ada, "experiment:read"))

    assert_error(reader.post(holdouts, BODY, headers=KEY), 403, "permission_denied")


def test_idempotency_key__session__answered_again(ada, holdouts):
    browser = DocumentedClient()
    browser.force_login(ada)

    first = browser.post(holdouts, BODY, headers=KEY)

    assert_replayed(browser.post(holdouts, BODY, headers=KEY), first)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        pytest.param("name=H", "application/x-www-form-urlencoded", id="form"),
        pytest.param("name=H", "application/json", id="form_under_json"),
        pytest.param(
            '--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nH\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
            id="multipart",
        ),
    ],
)
def test_idempotency_key__form__answered_again(client, holdouts, body, content_type):
    first = client.post(holdouts, body, content_type=content_type, headers=KEY)

    assert (first.status_code, first.json()["name"]) == (201, "H")
    again = client.post(holdouts, body, content_type=content_type, headers=KEY)
    assert_replayed(again, first)


@pytest.mark.parametrize("key", ["x", "!~", "k" * 255])
def test_idempotency_key__visible_ascii__taken(client, holdouts, key):
    assert client.post(holdouts, BODY, headers={"Idempotency-Key": key}).status_code == 201
    assert IdempotencyKey.objects.get().key == key


@in_one_test(
    "key",
    [
        pytest.param("", id="empty"),
        pytest.param("k" * 256, id="too_long"),
        pytest.param("a b", id="space"),
        pytest.param("a\tb", id="tab"),
        pytest.param("\x00", id="null_character"),
        pytest.param("\x7f", id="delete_character"),
        pytest.param("\xe9", id="not_ascii"),
    ],
)
def test_idempotency_key__malformed__refused(client, holdouts, key):
    response = client.post(holdouts, BODY, headers={"Idempotency-Key": key})

    assert_invalid(response, None)
    assert "Idempotency-Key" in response.json()["detail"]
    assert not Holdout.objects.exists()


@pytest.mark.parametrize("method", ["get", "patch", "put", "delete"])
def test_idempotency_key__not_a_post__ignored(client, url, method):
    IdempotencyKey.objects.all().delete()

    response = getattr(client, method)(url, BODY, headers={"Idempotency-Key": "a b"})

    assert response.status_code in (200, 204)
    assert not IdempotencyKey.objects.exists()


def test_idempotency_key__route_without_post__method_not_allowed(url, ada):
    browser = DocumentedClient()
    browser.force_login(ada)

    assert_error(browser.post(url, BODY, headers=KEY), 405, "method_not_allowed")
    assert not IdempotencyKey.objects.exists()
