from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from api.models import IdempotencyKey
from approvals.models import ChangeRequest
from experiments.models import Experiment
from feature_flags.signals import flag_updated
from tests.assertions import assert_error, assert_invalid
from tests.concurrency.replays import KEY, REPLAYED, assert_replayed
from tests.concurrency.resources import STALE

BODY = {"name": "H"}


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
