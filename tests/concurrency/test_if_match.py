import pytest

from approvals.models import ChangeRequest
from core import preconditions
from core.db.transactions import use_case
from experiments.models import Experiment
from holdouts.models import Holdout
from tests.assertions import assert_error, assert_invalid
from tests.concurrency.resources import DELETABLE, KINDS, STALE

FORMS = {
    "in_a_list": f"{STALE}, {{etag}}",
    "anything": "*",
}
OTHER_FORMS = {
    "weak": "W/{etag}",
    "without_quotes": "abc",
    "malformed": '{etag}"',
    "empty": "",
    "null_character": "\x00",
    "star_in_a_list": "*, {etag}x",
}
STEPS = ["launch", "pause", "resume", "end", "archive", "unarchive", "reset", "duplicate"]


def assert_stale(response):
    assert_error(response, 412, "precondition_failed")
    assert response.json()["type"] == "invalid_request"


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("method", ["patch", "put"])
def test_if_match__change_of_what_was_read__done(admin, make, name, method):
    url, kind = make(name), KINDS[name]
    etag = admin.get(url).headers["ETag"]
    body = kind.change if method == "patch" else kind.creation | kind.change

    response = getattr(admin, method)(url, body, headers={"If-Match": etag})

    assert response.status_code == 200, response.content
    assert response.headers["ETag"] != etag


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("method", ["patch", "put"])
def test_if_match__change_of_what_changed_since__refused(admin, make, name, method):
    url, kind = make(name), KINDS[name]
    stale = admin.get(url).headers["ETag"]
    admin.patch(url, kind.change)
    before = admin.get(url).content

    response = getattr(admin, method)(url, kind.creation, headers={"If-Match": stale})

    assert_stale(response)
    assert admin.get(url).content == before


@pytest.mark.parametrize("name", DELETABLE)
def test_if_match__deletion__only_of_what_was_read(admin, make, name):
    url = make(name)
    etag = admin.get(url).headers["ETag"]

    assert_stale(admin.delete(url, headers={"If-Match": STALE}))
    assert admin.get(url).headers["ETag"] == etag
    assert admin.delete(url, headers={"If-Match": etag}).status_code == 204
    assert admin.get(url).status_code == 404


def test_if_match__etag_of_the_change_before__done(client, url, etag):
    for name in ("One", "Two", "Three"):
        response = client.patch(url, {"name": name}, headers={"If-Match": etag})
        assert response.json()["name"] == name
        etag = response.headers["ETag"]


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_if_match__etag_named__done(client, url, etag, form):
    headers = {"If-Match": form.format(etag=etag)}

    assert client.patch(url, {"name": "Renamed"}, headers=headers).status_code == 200


@pytest.mark.parametrize("form", OTHER_FORMS.values(), ids=OTHER_FORMS)
def test_if_match__etag_not_named_strongly__refused(client, url, etag, form):
    headers = {"If-Match": form.format(etag=etag)}

    assert_stale(client.patch(url, {"name": "Renamed"}, headers=headers))
    assert Holdout.objects.get().name == "H"


def test_if_match__same_indentation_as_read__done(client, url):
    headers = {"Accept": "application/json; indent=2"}
    etag = client.get(url, headers=headers).headers["ETag"]

    response = client.patch(url, {"name": "Renamed"}, headers=headers | {"If-Match": etag})

    assert response.status_code == 200


def test_if_match__no_header__last_write_wins(client, url, etag):
    client.patch(url, {"name": "One"})

    assert client.patch(url, {"name": "Two"}).status_code == 200


def test_if_match__step_of_what_was_read__done(client, experiment_url):
    etag = client.get(experiment_url).headers["ETag"]

    response = client.post(f"{experiment_url}launch/", headers={"If-Match": etag})

    assert (response.status_code, response.json()["status"]) == (200, "running")


@pytest.mark.parametrize("step", STEPS)
def test_if_match__step_of_what_changed_since__refused(client, experiment_url, step):
    response = client.post(f"{experiment_url}{step}/", headers={"If-Match": STALE})

    assert_stale(response)
    assert Experiment.objects.get().status == "draft"


def test_if_match__shipment_of_what_changed_since__refused(client, experiment_url):
    client.post(f"{experiment_url}launch/")

    response = client.post(
        f"{experiment_url}ship_variant/", {"variant_key": "test"}, headers={"If-Match": STALE}
    )

    assert_stale(response)
    assert Experiment.objects.get().end_date is None


def test_if_match__copy_to_project__only_of_what_was_read(client, project, experiment_url):
    body, url = {"target_team_id": project.pk}, f"{experiment_url}copy_to_project/"
    etag = client.get(experiment_url).headers["ETag"]

    assert_stale(client.post(url, body, headers={"If-Match": STALE}))
    assert Experiment.objects.count() == 1
    assert client.post(url, body, headers={"If-Match": etag}).status_code == 201


def test_if_match__experiment_with_a_holdout__asked_about_the_experiment_only(
    client, project, experiments, url
):
    body = {"name": "E", "feature_flag_key": "e", "holdout_id": url.split("/")[-2]}
    created = client.post(experiments, body)

    response = client.patch(
        f"{experiments}{created.json()['id']}/",
        {"parameters": {"rollout_percentage": 30}},
        headers={"If-Match": created.headers["ETag"]},
    )

    assert response.status_code == 200


def test_if_match__holdout_of_an_experiment_changed__experiment_is_stale(client, experiments, url):
    body = {"name": "E", "feature_flag_key": "e", "holdout_id": url.split("/")[-2]}
    created = client.post(experiments, body)
    client.patch(url, {"name": "Renamed"})

    response = client.patch(
        f"{experiments}{created.json()['id']}/",
        {"name": "New"},
        headers={"If-Match": created.headers["ETag"]},
    )

    assert_stale(response)


def test_if_match__hidden_since__not_found(client, experiment_url):
    etag = client.get(experiment_url).headers["ETag"]
    client.patch(experiment_url, {"deleted": True})

    response = client.patch(experiment_url, {"name": "New"}, headers={"If-Match": etag})

    assert_error(response, 404, "not_found")


def test_if_match__object_gone__not_found(client, url, etag):
    client.delete(url)

    for named in (etag, "*"):
        response = client.patch(url, {"name": "New"}, headers={"If-Match": named})
        assert_error(response, 404, "not_found")


def test_if_match__stale_and_body_not_valid__the_body_is_told(client, url):
    assert_invalid(client.patch(url, {"name": None}, headers={"If-Match": STALE}), "name", "null")


@pytest.mark.usefixtures("gated")
def test_if_match__stale_and_gated__no_change_request(client, experiment_url):
    etag = client.get(experiment_url).headers["ETag"]
    launch = f"{experiment_url}launch/"

    assert_stale(client.post(launch, headers={"If-Match": STALE}))
    assert not ChangeRequest.objects.exists()
    assert client.post(launch, headers={"If-Match": etag}).json()["code"] == "approval_required"


@pytest.mark.usefixtures("gated")
def test_if_match__vote__only_on_what_was_read(client, admin, project, experiment_url):
    pk = client.post(f"{experiment_url}launch/").json()["change_request_id"]
    url = f"/api/projects/{project.pk}/change_requests/{pk}/"
    etag = admin.get(url).headers["ETag"]

    assert_stale(admin.post(f"{url}approve/", headers={"If-Match": STALE}))
    voted = admin.post(f"{url}approve/", headers={"If-Match": etag})

    assert (voted.status_code, voted.json()["status"]) == (200, "applied")
    assert "ETag" not in voted.headers


def test_if_match__member_of_a_role__out_only_if_as_read(admin, ada, make):
    members = f"{make('role')}role_memberships/"
    created = admin.post(members, {"user_uuid": str(ada.uuid)})
    url, etag = f"{members}{created.json()['id']}/", created.headers["ETag"]

    assert_stale(admin.delete(url, headers={"If-Match": STALE}))
    assert admin.get(url).headers["ETag"] == etag
    assert admin.delete(url, headers={"If-Match": etag}).status_code == 204


def test_if_match__creation__ignored(client, holdouts):
    response = client.post(holdouts, {"name": "H"}, headers={"If-Match": STALE})

    assert response.status_code == 201


def test_expectation__change_that_never_asks__undone(holdout):
    @use_case
    def rename() -> None:
        Holdout.objects.update(name="Renamed")

    with preconditions.expecting(lambda row: True):
        preconditions.note_subject(holdout)
        with pytest.raises(RuntimeError, match="ignores If-Match"):
            rename()

    assert Holdout.objects.get().name == "Holdout"
