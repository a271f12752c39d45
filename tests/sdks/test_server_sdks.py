"""Unmodified SDKs for servers: remote and local evaluation, payloads, exposures."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.sdks.conftest import FLAGS, PEOPLE
from tests.sdks.installed import node_package, python_with

PROGRAMS = Path(__file__).parent / "programs"
SDKS = ["python 7.9.12", "python newest", "node 5.29.0", "node latest"]
# These two evaluate holdouts themselves; the older ones know nothing of them.
KNOW_HOLDOUTS = {"python newest", "node latest"}


def command(sdk):
    language, _, version = sdk.partition(" ")
    if language == "python":
        return [str(python_with(version)), str(PROGRAMS / "ask.py")]
    package = node_package("posthog-node", version)
    return [str(shutil.which("node")), str(PROGRAMS / "ask.cjs"), str(package)]


@pytest.fixture(params=SDKS, scope="module")
def sdk(request):
    return request.param, command(request.param)


@pytest.fixture
def ask(server, sdk):
    def ask(**asked):
        body = {"token": server.token, "host": server.host, "people": PEOPLE} | asked
        done = subprocess.run(  # noqa: S603 (a command of ours)
            [*sdk[1], json.dumps(body)], capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return ask


def expected(server, key, **body):
    return [server.value(key, person, **body) for person in PEOPLE]


def test_sdk__without_a_key__gets_what_the_server_decides(server, ask):
    values = ask(flags=[*FLAGS])["values"]
    assert values == {key: expected(server, key) for key in FLAGS}


def test_sdk__with_properties__is_evaluated_with_them(server, ask):
    options = {"person_properties": {"plan": "pro"}}
    assert ask(flags=["pro"], options=options)["values"] == {"pro": [True] * len(PEOPLE)}


GROUP_FLAGS = ("gold", "by-company")


@pytest.mark.parametrize("company", ["acme", "other", None])
@pytest.mark.parametrize("is_local", [False, True], ids=["remote", "local"])
def test_sdk__groups__are_evaluated_with_them(server, ask, company, is_local):
    groups = {} if company is None else {"company": company}
    tier = {"acme": "gold", "other": "tin"}.get(company)
    options = {"groups": groups, "group_properties": {"company": {"tier": tier}} if tier else {}}
    options["group_properties"] = options["group_properties"] if is_local else {}
    asked = {"key": server.key} if is_local else {}
    found = ask(flags=[*GROUP_FLAGS], people=PEOPLE[:3], options=options, **asked)["values"]
    assert found == {
        key: [server.value(key, person, groups=groups) for person in PEOPLE[:3]]
        for key in GROUP_FLAGS
    }


def test_sdk__with_a_key__decides_the_same_itself(server, sdk, ask):
    keys = [key for key in FLAGS if key != "held" or sdk[0] in KNOW_HOLDOUTS]
    options = {"person_properties": {"plan": "free"}}
    values = ask(flags=keys, key=server.key, options=options)["values"]
    assert values == {key: expected(server, key) for key in keys}


def test_sdk__payload__is_the_one_of_the_variant(ask):
    # user_1 is in control.
    assert ask(flags=[], payloads=["checkout-redesign"])["payloads"] == {
        "checkout-redesign": {"color": "blue"}
    }


def test_sdk__remote_configuration__is_read_with_a_key(server, ask):
    found = ask(flags=[], key=server.key, config="settings")["config"]
    assert (json.loads(found) if isinstance(found, str) else found) == {"limit": 5}


def test_sdk__exposure__arrives_as_an_event(server, sdk, ask):
    people = [f"exposed by {sdk[0]}"]
    value = ask(flags=["checkout-redesign"], people=people)["values"]["checkout-redesign"][0]
    exposures = server.events("$feature_flag_called", distinct_id=people[0])
    assert len(exposures) == 1
    assert exposures[0]["$feature_flag"] == "checkout-redesign"
    assert exposures[0]["$feature_flag_response"] == value
    assert exposures[0]["$feature_flag_reason"] == "Matched condition set 1"


def test_sdk__unknown_flag__is_nothing(ask):
    assert ask(flags=["nothing"], people=["user_1"])["values"] == {"nothing": [None]}
