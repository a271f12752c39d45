from threading import Barrier

import pytest
from django.db import transaction

from approvals.models import Approval, ChangeRequest
from approvals.services import open_request, sweep
from approvals.services.sweep import Sweep
from experiments.models import Experiment
from feature_flags.models import FeatureFlag
from tests.approvals.changes import LAUNCH, excluding, split
from tests.approvals.concurrency import PATIENCE, at_once, holding
from tests.approvals.paths import member, request_at

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("_many_writers"),
]


@pytest.fixture
def one_of_two_must_agree(make_policy, ask, experiment, grace, linus):
    make_policy(users=[grace, linus])
    return ask(experiment, LAUNCH)


def _lock(request):
    return lambda: ChangeRequest.objects.select_for_update().get(pk=request.pk)


def _vote(who, request, kind):
    return lambda: who.post(request_at(request, kind), {"reason": "Because."})


def _kinds(futures):
    return sorted(
        response.json().get("status", "error") for response in (each.result() for each in futures)
    )


def test_races__two_voters_complete_the_quorum__both_count_and_applied_once(
    voter, other_voter, two_must_agree
):
    votes = [_vote(who, two_must_agree, "approve") for who in (voter, other_voter)]

    with holding(_lock(two_must_agree), *votes) as futures:
        pass

    assert _kinds(futures) == ["applied", "approved"]
    assert Approval.objects.count() == 2
    assert FeatureFlag.objects.get().version == 2


def test_races__one_voter_twice__one_vote(voter, two_must_agree):
    votes = [_vote(voter, two_must_agree, "approve")] * 2

    with holding(_lock(two_must_agree), *votes) as futures:
        pass

    assert _kinds(futures) == ["approved", "error"]
    assert Approval.objects.count() == 1


@pytest.mark.parametrize("kinds", [("approve", "reject"), ("approve", "approve")], ids="-".join)
def test_races__first_vote_decides__second_is_refused(
    voter, other_voter, one_of_two_must_agree, kinds
):
    request = one_of_two_must_agree
    voters = voter, other_voter
    votes = [_vote(who, request, kind) for who, kind in zip(voters, kinds, strict=True)]

    with holding(_lock(request), *votes) as futures:
        pass

    statuses = sorted(each.result().status_code for each in futures)
    assert statuses == [200, 400]
    request.refresh_from_db()
    assert Approval.objects.count() == 1
    states = {"approved": "applied", "rejected": "rejected"}
    assert request.state == states[Approval.objects.get().decision]
    assert FeatureFlag.objects.get().active is (request.state == "applied")


def test_races__approved_and_canceled__one_of_them(client, voter, launch_request):
    votes = [_vote(voter, launch_request, "approve"), _vote(client, launch_request, "cancel")]

    with holding(_lock(launch_request), *votes) as futures:
        pass

    assert sorted(each.result().status_code for each in futures) == [200, 400]
    launch_request.refresh_from_db()
    assert launch_request.state in ("applied", "rejected")


def test_races__same_write_by_two__one_request(client, voter, make_policy, experiment, monkeypatch):
    make_policy()
    record, barrier = open_request._record, Barrier(2)

    def record_together(*arguments):
        # Both have looked, and neither has found an open request.
        barrier.wait(timeout=PATIENCE)
        return record(*arguments)

    monkeypatch.setattr(open_request, "_record", record_together)
    people, path = (client, voter), member(experiment)
    responses = at_once(*(lambda who=who: who.patch(path, LAUNCH) for who in people))

    assert [response.status_code for response in responses] == [409, 409]
    bodies = [response.json() for response in responses]
    codes = sorted(body["code"] for body in bodies)
    assert codes == ["approval_required", "change_request_pending"]
    named = {body["change_request_id"] for body in bodies}
    assert named == {str(ChangeRequest.objects.get().pk)}


def test_races__same_write_while_the_open_one_is_rejected__new_request(
    client, launch_request, experiment
):
    def reject():
        _lock(launch_request)()
        ChangeRequest.objects.update(state="rejected")

    with holding(reject, lambda: client.patch(member(experiment), LAUNCH)) as futures:
        pass

    assert futures[0].result().json()["code"] == "approval_required"
    assert sorted(ChangeRequest.objects.values_list("state", flat=True)) == ["pending", "rejected"]


def test_races__flag_changes_while_approved__fails_and_flag_stays(voter, launch_request):
    def change():
        FeatureFlag.objects.select_for_update().get()
        FeatureFlag.objects.update(version=2, name="Changed")

    with holding(change, _vote(voter, launch_request, "approve")) as futures:
        pass

    body = futures[0].result().json()
    assert (body["status"], body["change_request"]["state"]) == ("failed", "failed")
    assert "Precondition failed" in body["message"]
    flag = FeatureFlag.objects.get()
    assert (flag.active, flag.version, flag.name) == (False, 2, "Changed")
    assert Experiment.objects.get().start_date is None


def test_races__experiment_joins_while_holdout_is_approved__fails_and_nobody_is_excluded(
    voter, make_policy, ask, experiment, held_experiment
):
    holdout = held_experiment.holdout
    make_policy("experiment_holdout.update")
    request = ask(holdout, excluding(30))

    def join():
        type(holdout).objects.select_for_update().get()
        Experiment.objects.filter(pk=experiment.pk).update(holdout=holdout)

    with holding(join, _vote(voter, request, "approve")) as futures:
        pass

    assert futures[0].result().json()["status"] == "failed"
    holdout.refresh_from_db()
    assert holdout.filters[0]["rollout_percentage"] == 10


def test_races__two_requests_on_one_flag__one_applied_one_failed(
    voter, make_policy, ask, experiment
):
    make_policy("feature_flag.enable")
    make_policy("feature_flag.update")
    requests = [ask(experiment, changes) for changes in (LAUNCH, split(10))]

    with holding(
        lambda: FeatureFlag.objects.select_for_update().get(),
        *(_vote(voter, request, "approve") for request in requests),
    ) as futures:
        pass

    assert _kinds(futures) == ["applied", "failed"]
    assert FeatureFlag.objects.get().version == 2


def test_races__gated_write_while_approved__both_answered(
    client, voter, launch_request, experiment
):
    write = lambda: client.patch(member(experiment), LAUNCH)  # noqa: E731
    calls = _vote(voter, launch_request, "approve"), write

    with holding(lambda: FeatureFlag.objects.select_for_update().get(), *calls) as futures:
        pass

    vote, write = (each.result() for each in futures)
    assert vote.json()["status"] in ("applied", "failed")
    assert write.status_code in (200, 409)


def test_races__swept_while_voted_on__left_to_the_voter(launch_request):
    later = launch_request.expires_at

    with transaction.atomic():
        _lock(launch_request)()
        assert at_once(lambda: sweep(now=later)) == [Sweep(visited=1)]

    assert sweep(now=later) == Sweep(visited=1, expired=1)


def test_races__swept_by_two__expired_once(launch_request):
    later = launch_request.expires_at

    done = at_once(*[lambda: sweep(now=later)] * 2)

    assert sum(each.expired for each in done) == 1


def test_races__policy_created_by_two__one_stays(admin, project, make_policy):
    body = {"action_key": "feature_flag.update", "approver_config": {"quorum": 1}}
    path = f"/api/projects/{project.pk}/approval_policies/"

    responses = at_once(*[lambda: admin.post(path, body)] * 2)

    assert sorted(response.status_code for response in responses) == [201, 400]
