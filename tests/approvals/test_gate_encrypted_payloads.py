import json

import pytest

from approvals.models import ChangeRequest
from feature_flags.models import FeatureFlag
from tests import factories
from tests.approvals.paths import request_at, requests
from tests.feature_flags.encrypted import (
    ENCRYPTED,
    PLACEHOLDER,
    SECRET,
    WORD,
    everything_kept,
    filters,
)
from tests.feature_flags.paths import flags_of, path_of


@pytest.fixture
def flag(client, project) -> FeatureFlag:
    body = {"key": "limits", "active": False, "filters": filters('"old"')} | ENCRYPTED
    assert client.post(flags_of(project), body).status_code == 201
    return FeatureFlag.objects.get()


@pytest.fixture
def _gated(make_policy) -> None:
    make_policy("feature_flag.enable")


def approve(voter, response) -> ChangeRequest:
    assert response.status_code == 409, response.content
    request = ChangeRequest.objects.get(pk=response.json()["change_request_id"])
    assert voter.post(request_at(request, "approve")).status_code == 200
    request.refresh_from_db()
    return request


@pytest.mark.usefixtures("_gated")
def test_gate__new_payload__shown_to_nobody_and_applied(client, voter, project, flag):
    seen = client.get(path_of(flag)).json() | {"filters": filters()}
    changes = {"active": True, "filters": filters(), "original_flag": seen}

    response = client.patch(path_of(flag), changes)

    shown = response.json()["change_request"]["intent"]["full_request_data"]
    assert shown == {"active": True, "filters": filters(PLACEHOLDER)}
    assert WORD not in voter.get(requests(project)).content.decode()
    assert WORD not in everything_kept()
    assert approve(voter, response).state == "applied"
    assert client.get(f"{path_of(flag)}remote_config/").json() == SECRET
    assert WORD not in everything_kept()


@pytest.mark.usefixtures("_gated")
def test_gate__placeholder_in_the_change__payload_kept(client, voter, flag):
    approve(voter, client.patch(path_of(flag), {"active": True, "filters": filters(PLACEHOLDER)}))

    assert client.get(f"{path_of(flag)}remote_config/").json() == '"old"'


@pytest.mark.usefixtures("_gated")
def test_gate__new_flag_with_a_secret__shown_to_nobody_and_made(client, voter, project):
    body = {"key": "limits", "filters": filters()} | ENCRYPTED

    response = client.post(flags_of(project), body)

    assert WORD not in response.content.decode()
    assert WORD not in everything_kept()
    assert approve(voter, response).state == "applied"
    flag = FeatureFlag.objects.get()
    assert client.get(f"{path_of(flag)}remote_config/").json() == SECRET


@pytest.mark.usefixtures("_gated")
def test_gate__payload_in_a_form__shown_to_nobody_and_applied(client, voter, flag):
    form = {"active": "true", "filters": json.dumps(filters())}

    response = client.patch(path_of(flag), form, format="multipart")

    assert WORD not in everything_kept()
    assert approve(voter, response).state == "applied"
    assert client.get(f"{path_of(flag)}remote_config/").json() == SECRET


@pytest.mark.usefixtures("_gated")
def test_gate__secret_of_the_server_gone__request_fails(client, voter, flag, settings):
    response = client.patch(path_of(flag), {"active": True, "filters": filters()})
    settings.SECRET_KEY = "another-secret-of-some-length-and-luck"

    request = approve(voter, response)

    assert (request.state, "secrets" in request.apply_error) == ("failed", True)
    flag.refresh_from_db()
    assert not flag.active


@pytest.mark.usefixtures("_gated")
def test_gate__payload_of_an_ordinary_flag__shown(client, project):
    flag = factories.make_flag(project, active=False, filters={"groups": []})

    response = client.patch(path_of(flag), {"active": True, "filters": filters()})

    shown = response.json()["change_request"]["intent"]["full_request_data"]
    assert shown["filters"] == filters()
