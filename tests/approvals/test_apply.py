import pytest

from approvals.models import ChangeRequest
from experiments.models import Experiment
from feature_flags.models import FeatureFlag
from tests import factories
from tests.approvals.changes import LAUNCH, split
from tests.approvals.paths import collection, member, request_at


def test_apply__launch_with_more__whole_write_as_requester(
    ask, agree, make_policy, experiment, ada
):
    make_policy()
    changes = {"name": "New", "metrics": [factories.MEAN_METRIC], "conclusion": "won"}

    body = agree(ask(experiment, LAUNCH | changes))

    assert body["status"] == "applied"
    experiment.refresh_from_db()
    assert (experiment.name, experiment.conclusion) == ("New", "won")
    assert (len(experiment.metrics), experiment.status) == (1, "running")
    flag = experiment.feature_flag
    assert (flag.active, flag.version, flag.last_modified_by) == (True, 2, ada)


def test_apply__split__flag_and_parameters(ask, agree, make_policy, experiment):
    make_policy("feature_flag.update")

    agree(ask(experiment, split(10) | {"name": "New"}))

    experiment.refresh_from_db()
    variants = experiment.feature_flag.filters["multivariate"]["variants"]
    assert [variant["rollout_percentage"] for variant in variants] == [10, 90]
    assert experiment.parameters["feature_flag_variants"] == variants
    assert experiment.name == "New"


def test_apply__holdout_choice__chosen(ask, agree, make_policy, experiment, holdout):
    make_policy("feature_flag.update")

    agree(ask(experiment, {"holdout_id": holdout.pk}))

    experiment.refresh_from_db()
    assert experiment.holdout == holdout
    assert experiment.feature_flag.filters["holdout"]["exclusion_percentage"] == 10


def test_apply__put__replaced(client, agree, make_policy, experiment):
    make_policy()
    body = {"name": "Put", "feature_flag_key": experiment.feature_flag.key} | LAUNCH
    client.put(member(experiment), body)

    assert agree(ChangeRequest.objects.get())["status"] == "applied"

    experiment.refresh_from_db()
    assert (experiment.name, experiment.status) == ("Put", "running")


def test_apply__creation__made_once_by_requester(client, agree, project, make_policy, ada):
    make_policy()
    client.post(collection(project, "experiments"), {"name": "A", "feature_flag_key": "a"} | LAUNCH)

    body = agree(ChangeRequest.objects.get())

    made = Experiment.objects.get()
    assert (made.created_by, made.feature_flag.created_by) == (ada, ada)
    assert (made.status, made.feature_flag.active) == ("running", True)
    assert body["result"] == {"resource_id": made.feature_flag_id, "resource_version": 1}


def test_apply__flag_made_meanwhile__fails(client, fails, project, make_policy):
    make_policy()
    client.post(collection(project, "experiments"), {"name": "A", "feature_flag_key": "a"} | LAUNCH)
    factories.make_flag(project, "a")

    fails(ChangeRequest.objects.get(), "exists now")


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "application/json"])
def test_apply__form_body__read_as_a_form_again(
    client, agree, make_policy, experiment, content_type
):
    make_policy()
    form = "name=Form&start_date=2026-01-01T00%3A00%3A00Z&parameters=%7B%7D&archived=false"
    response = client.generic("PATCH", member(experiment), form.encode(), content_type)
    assert response.status_code == 409

    assert agree(ChangeRequest.objects.get())["status"] == "applied"

    experiment.refresh_from_db()
    assert (experiment.name, experiment.parameters.get("name")) == ("Form", None)


def test_apply__file_in_a_form__its_name_counts(client, agree, make_policy, experiment):
    make_policy()
    part = 'form-data; name="{}"'
    lines = [
        *("--x", f"Content-Disposition: {part.format('start_date')}", "", LAUNCH["start_date"]),
        *("--x", f'Content-Disposition: {part.format("unknown")}; filename="f.txt"', "", "text"),
        *("--x", f'Content-Disposition: {part.format("parameters")}; filename="{{}}"', "", "text"),
        *("--x--", ""),
    ]
    body = "\r\n".join(lines).encode()
    response = client.generic("PATCH", member(experiment), body, "multipart/form-data; boundary=x")
    assert response.status_code == 409, response.content

    assert agree(ChangeRequest.objects.get())["status"] == "applied"


def test_apply__flag_changed_meanwhile__fails_and_is_final(
    ask, fails, voter, make_policy, experiment, ada
):
    make_policy()
    request = ask(experiment, LAUNCH)
    factories.change_experiment(experiment, ada, **split(20))

    fails(request, "version 1", "found 2")

    assert voter.post(request_at(request, "approve"), {}).status_code == 403


def test_apply__flag_as_wanted_meanwhile__fails(ask, fails, make_policy, experiment):
    make_policy()
    request = ask(experiment, LAUNCH)
    FeatureFlag.objects.update(active=True, version=2)

    fails(request, "version")


def test_apply__flag_deleted_meanwhile__fails(ask, fails, make_policy, experiment):
    make_policy()
    request = ask(experiment, LAUNCH)
    FeatureFlag.objects.update(deleted=True)

    fails(request, "gone")


@pytest.mark.parametrize("changes", [{"name": "Other"}, {"description": "Other"}])
def test_apply__requested_field_changed_meanwhile__fails(
    client, ask, fails, make_policy, experiment, changes
):
    make_policy()
    request = ask(experiment, LAUNCH | {"name": "New", "description": "New"})
    client.patch(member(experiment), changes)

    fails(request, next(iter(changes)))


def test_apply__other_field_changed_meanwhile__applied(client, ask, agree, make_policy, experiment):
    make_policy()
    request = ask(experiment, LAUNCH)
    client.patch(member(experiment), {"name": "Other"})

    assert agree(request)["status"] == "applied"
    experiment.refresh_from_db()
    assert (experiment.name, experiment.status) == ("Other", "running")


def test_apply__experiment_deleted_meanwhile__fails(client, ask, fails, make_policy, experiment):
    make_policy()
    request = ask(experiment, LAUNCH)
    client.patch(member(experiment), {"deleted": True})

    fails(request)


def test_apply__request_itself_restores__applied(ask, agree, make_policy, experiment, ada):
    factories.change_experiment(experiment, ada, deleted=True)
    make_policy()

    body = agree(ask(experiment, LAUNCH | {"deleted": False}))

    assert body["status"] == "applied"
    assert Experiment.objects.get().deleted is False


def test_apply__rule_broken_meanwhile__fails(ask, fails, make_policy, experiment, saved_metric):
    make_policy()
    request = ask(experiment, LAUNCH | {"saved_metrics_ids": [{"id": saved_metric.pk}]})
    saved_metric.delete()

    fails(request)


@pytest.mark.parametrize("how", ["membership", "is_active"])
def test_apply__requester_has_no_access_any_more__fails(
    ask, fails, make_policy, experiment, how, ada
):
    make_policy()
    request = ask(experiment, LAUNCH)
    if how == "membership":
        ada.memberships.all().delete()
    else:
        type(ada).objects.filter(pk=ada.pk).update(is_active=False)

    fails(request, "access")


def test_apply__two_open_on_one_flag__second_fails(ask, agree, fails, make_policy, experiment):
    make_policy("feature_flag.enable")
    make_policy("feature_flag.update")
    launch, update = ask(experiment, LAUNCH), ask(experiment, split(10))

    assert agree(update)["status"] == "applied"
    fails(launch)


def test_apply__second_policy_made_meanwhile__not_asked_again(ask, agree, make_policy, experiment):
    make_policy("feature_flag.enable")
    request = ask(experiment, LAUNCH | split(10))
    make_policy("feature_flag.update")

    assert agree(request)["status"] == "applied"
