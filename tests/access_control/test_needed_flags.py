"""A flag that is denied a member does not exist for conditions that they write."""

from datetime import UTC, datetime

import pytest

from feature_flags.models import FeatureFlag
from scheduled_changes.services import run_scheduled_changes
from tenants.levels import FEATURE_FLAG
from tests import factories
from tests.assertions import assert_invalid
from tests.experiments.paths import member
from tests.feature_flags.paths import flags_of, path_of
from tests.scheduled_changes.paths import changes_of


def group(*flags: FeatureFlag) -> dict:
    wanted = {"type": "flag", "operator": "flag_evaluates_to", "value": True}
    needs = [wanted | {"key": str(flag.pk)} for flag in flags]
    return {"properties": needs, "rollout_percentage": 100}


def needing(*flags: FeatureFlag) -> dict:
    return {"filters": {"groups": [group(*flags)]}}


@pytest.fixture
def secret(project, ada, give, grace) -> FeatureFlag:
    secret = factories.make_flag(project, "secret", created_by=ada)
    give("none", to=grace, about=FEATURE_FLAG, row=secret)
    return secret


@pytest.fixture
def own(project, grace) -> FeatureFlag:
    return factories.make_flag(project, "own", created_by=grace)


def assert_missing(response, flag) -> None:
    assert_invalid(response, "filters")
    expected = f"There is no active feature flag with the id {flag.pk}."
    assert response.json()["detail"] == expected


def test_needed_flags__new_flag_asks_for_one_that_is_denied__refused(colleague, project, secret):
    assert_missing(colleague.post(flags_of(project), {"key": "mine"} | needing(secret)), secret)
    assert not FeatureFlag.objects.filter(key="mine").exists()


def test_needed_flags__edited_flag_asks_for_one_that_is_denied__refused(colleague, own, secret):
    assert_missing(colleague.patch(path_of(own), needing(secret)), secret)


def test_needed_flags__asked_for_while_all_are_denied__own_ones_only(
    colleague, project, own, give, grace
):
    other = factories.make_flag(project, "other")
    give("none", to=grace, about=FEATURE_FLAG)
    mine = factories.make_flag(project, "mine", created_by=grace)

    assert_missing(colleague.patch(path_of(own), needing(other)), other)
    assert colleague.patch(path_of(own), needing(mine)).status_code == 200


def test_needed_flags__asked_for_by_who_sees_it__written(client, project, secret):
    response = client.post(flags_of(project), {"key": "mine"} | needing(secret))

    assert response.status_code == 201, response.content


def test_needed_flags__asked_for_already__can_be_sent_back(client, colleague, own, secret):
    assert client.patch(path_of(own), needing(secret)).status_code == 200
    kept = colleague.get(path_of(own)).json()["filters"]

    response = colleague.patch(path_of(own), {"filters": kept | {"payloads": {}}})

    assert response.status_code == 200, response.content


def test_needed_flags__duplicate_whose_new_flag_would_ask_for_one_that_is_denied__refused(
    client, colleague, experiment, secret
):
    flag = experiment.feature_flag
    filters = flag.filters | {"groups": [group(secret)]}
    assert client.patch(path_of(flag), {"filters": filters}).status_code == 200

    assert_missing(
        colleague.post(f"{member(experiment)}duplicate/", {"feature_flag_key": "mine"}), secret
    )


def test_needed_flags__scheduled_condition_asks_for_one_that_is_denied__not_made(
    colleague, project, own, secret
):
    change = {
        "record_id": str(own.pk),
        "model_name": "FeatureFlag",
        "payload": {"operation": "add_release_condition", "value": {"groups": [group(secret)]}},
        "scheduled_at": "2131-01-01T00:00:00Z",
    }
    url = f"{changes_of(project)}{colleague.post(changes_of(project), change).json()['id']}/"

    run_scheduled_changes(now=datetime(2131, 1, 1, tzinfo=UTC))

    expected = f"There is no active feature flag with the id {secret.pk}."
    assert colleague.get(url).json()["failure_reason"] == expected


@pytest.fixture
def copy(colleague, organization, project, sister, own):
    """Copy a flag that needs another, which is denied where it goes."""

    def send(path: str, **values):
        body = {
            "feature_flag_key": "own",
            "from_project": project.pk,
            "target_project_ids": [sister.pk],
        }
        url = f"/api/organizations/{organization.pk}/feature_flags/{path}"
        return colleague.post(url, body | values).json()

    return send


@pytest.fixture
def _denied_there(project, sister, colleague, own, give, grace):
    needed = factories.make_flag(project, "needed")
    assert colleague.patch(path_of(own), needing(needed)).status_code == 200
    there = factories.make_flag(sister, "needed")
    give("none", to=grace, about=FEATURE_FLAG, row=there, project=sister)


@pytest.mark.usefixtures("_denied_there")
def test_needed_flags__requirements_where_it_is_denied__told_as_missing(copy):
    told = copy("copy_flags/dependency_requirements/")

    assert (told["copied_dependency_keys"], told["reused_dependency_keys"]) == (["needed"], [])


@pytest.mark.usefixtures("_denied_there")
def test_needed_flags__copied_to_where_it_is_denied__refused_as_missing(copy):
    told = copy("copy_flags/")

    assert told["success"] == []
    assert "'needed', which is missing here" in told["failed"][0]["error_message"]


@pytest.mark.usefixtures("_denied_there")
def test_needed_flags__copied_with_it_to_where_it_is_denied__refused(copy, sister):
    told = copy("copy_flags/", copy_dependencies=True)

    assert told["success"] == []
    assert not FeatureFlag.objects.filter(project=sister, key="own").exists()
