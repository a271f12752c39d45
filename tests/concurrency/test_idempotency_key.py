from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from approvals.models import ChangeRequest
from approvals.services import create_policy
from experiments.models import Experiment
from feature_flags.signals import flag_updated
from holdouts.models import Holdout
from idempotency.models import IdempotencyKey
from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient
from tests.concurrency.kinds import KINDS, STALE
from tests.factories import make_key

KEY = {"Idempotency-Key": "b6d1a1c8-6f9c-4a5e-9d3b-0f4e1c2d3a4b"}
BODY = {"name": "H"}
REPLAYED = "Idempotent-Replayed"


def assert_replayed(response, first):
    assert (response.status_code, response.content) == (first.status_code, first.content)
    for header in ("Content-Type", "ETag"):
        assert response.headers.get(header) == first.headers.get(header)
    assert response.headers[REPLAYED] == "true"
    assert REPLAYED not in first.headers


def assert_reused(response):
    assert_error(response, 422, "idempotency_key_reused")
    assert response.json()["type"] == "invalid_request"


@pytest.fixture
def gated(project, edith):
    config = {"quorum": 1, "users": [edith.pk], "roles": []}
    return create_policy(
        project=project,
        values={"action_key": "feature_flag.enable", "approver_config": config},
        actor=edith,
        now=timezone.now(),
    )


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


@pytest.mark.parametrize(
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


def test_idempotency_key__not_valid__same_refusal_again(client, holdouts):
    first = client.post(holdouts, {}, headers=KEY)
    again = client.post(holdouts, {}, headers=KEY)

    assert_invalid(again, "name", "required")
    assert_replayed(again, first)


def test_idempotency_key__malformed_body__same_refusal_again(client, holdouts):
    first, again = (
        client.post(holdouts, "{", content_type="application/json", headers=KEY) for _ in range(2)
    )

    assert_error(again, 400, "parse_error")
    assert_replayed(again, first)


@pytest.mark.usefixtures("gated")
def test_idempotency_key__gated__one_change_request_and_its_answer_again(client, experiment_url):
    first = client.post(f"{experiment_url}launch/", headers=KEY)
    again = client.post(f"{experiment_url}launch/", headers=KEY)

    assert (first.status_code, first.json()["code"]) == (409, "approval_required")
    assert_replayed(again, first)
    assert ChangeRequest.objects.count() == 1


@pytest.mark.usefixtures("gated")
def test_idempotency_key__vote_repeated__counted_once(client, admin, project, experiment_url):
    pk = client.post(f"{experiment_url}launch/").json()["change_request_id"]
    url = f"/api/projects/{project.pk}/change_requests/{pk}/approve/"

    first = admin.post(url, headers=KEY)

    assert (first.status_code, first.json()["status"]) == (200, "applied")
    assert_replayed(admin.post(url, headers=KEY), first)


def test_idempotency_key__nothing_done_then_possible__done(client, experiments, experiment_url):
    stale = client.post(f"{experiment_url}launch/", headers=KEY | {"If-Match": STALE})
    gone = client.post(f"{experiments}999/launch/", headers=KEY)

    assert (stale.status_code, gone.status_code) == (412, 404)
    assert not IdempotencyKey.objects.exists()
    assert client.post(f"{experiment_url}launch/", headers=KEY).status_code == 200


@pytest.mark.parametrize("who", ["anonymous", "outsider", "reader"])
def test_idempotency_key__who_may_not_write__nothing_kept(request, holdouts, who):
    response = request.getfixturevalue(who).post(holdouts, BODY, headers=KEY)

    assert response.status_code in (401, 403)
    assert not IdempotencyKey.objects.exists()


def test_idempotency_key__failed_in_the_middle__nothing_done_and_runs_again(client, experiment_url):
    def fail(sender, **kwargs):
        raise OSError("The disk is full.")

    client.post(f"{experiment_url}launch/")
    client.raise_request_exception = False
    shipment = f"{experiment_url}ship_variant/", {"variant_key": "test"}
    flag_updated.connect(fail)
    try:
        failed = client.post(*shipment, headers=KEY)
    finally:
        flag_updated.disconnect(fail)

    assert_error(failed, 500, "error")
    assert Experiment.objects.get().end_date is None
    assert not IdempotencyKey.objects.exists()
    again = client.post(*shipment, headers=KEY)
    assert (again.status_code, again.json()["status"]) == (200, "stopped")
    assert REPLAYED not in again.headers


def test_idempotency_key__after_24_hours__a_new_request(client, holdouts, time_machine):
    start = timezone.now()
    time_machine.move_to(start, tick=False)
    first = client.post(holdouts, BODY, headers=KEY)

    time_machine.move_to(start + timedelta(hours=24, seconds=-1), tick=False)
    assert_replayed(client.post(holdouts, BODY, headers=KEY), first)

    time_machine.move_to(start + timedelta(hours=24), tick=False)
    other = client.post(holdouts, {"name": "Other"}, headers=KEY)
    assert (other.status_code, other.json()["name"]) == (201, "Other")
    assert IdempotencyKey.objects.count() == 1


def test_forget_idempotency_keys__some_old__only_those_gone(client, holdouts, time_machine, capsys):
    start = timezone.now()
    for number, age in enumerate((0, 23, 24)):
        time_machine.move_to(start + timedelta(hours=age), tick=False)
        client.post(holdouts, BODY, headers={"Idempotency-Key": f"key-{number}"})

    call_command("forget_idempotency_keys")
    call_command("forget_idempotency_keys")

    assert capsys.readouterr().out == "1 forgotten\n0 forgotten\n"
    assert sorted(IdempotencyKey.objects.values_list("key", flat=True)) == ["key-1", "key-2"]


def test_idempotency_key__stored__nothing_of_the_request(client, holdouts):
    secret = "only in the request"
    client.post(holdouts, {"name": "H", "unknown": secret}, headers=KEY)

    [stored] = IdempotencyKey.objects.values()
    assert len(stored["fingerprint"]) == 64
    assert secret not in str(stored)


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
