"""The unmodified agent toolkit reads the results of the demo's experiments."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.frontend.servers import ROOT, running_api
from tests.sdks.conftest import Server
from tests.sdks.installed import node_package

PROGRAM = Path(__file__).parent / "programs/results.mjs"


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A server with the demo, its project, and its experiments by id."""
    with running_api(tmp_path_factory.mktemp("toolkit"), {}) as api:
        subprocess.run(  # noqa: S603 (a command of ours)
            [ROOT / "bin/manage", "load_demo", "--scale", "0.1"],
            cwd=ROOT,
            env=api.environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        server = Server(api)
        projects = server.call("GET", "/api/organizations/@current/projects/")["results"]
        [project] = [each["id"] for each in projects if each["name"] == "Demo"]
        listed = server.call("GET", f"/api/projects/{project}/experiments/?limit=100")["results"]
        yield server, project, {each["id"]: each for each in listed}


@pytest.fixture(scope="module")
def found(demo):
    """What the toolkit's tool answers for each experiment."""
    server, project, experiments = demo
    package = node_package("@posthog/agent-toolkit", "0.2.4")
    asked = {"key": server.key, "host": server.host, "project": project}
    done = subprocess.run(  # noqa: S603 (a command of ours)
        [
            str(shutil.which("node")),
            str(PROGRAM),
            str(package),
            json.dumps(asked | {"experiments": [*experiments]}),
        ],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_agent_toolkit__experiments_that_started__read_as_by_our_overview(demo, found):
    server, project, experiments = demo
    started = [each for each in experiments.values() if each["start_date"]]
    assert len(started) == 11

    for experiment in started:
        path = f"/api/projects/{project}/experiments/{experiment['id']}/results/"
        overview, answer = server.call("GET", path), found[str(experiment["id"])]
        exposed = overview["exposures"]
        assert answer["exposures"]["timeseries"] == exposed["timeseries"]
        assert answer["exposures"]["total_exposures"] == exposed["total_exposures"]
        for section in ("primary", "secondary"):
            expected = [
                each["result"] for each in overview["metrics"] if each["section"] == section
            ]
            results = [each["data"] for each in answer["metrics"][section]["results"]]
            assert [_numbers(each) for each in results] == [_numbers(each) for each in expected]


def _numbers(result):
    return result["baseline"], result["variant_results"], result["breakdown_results"]


def test_agent_toolkit__draft__says_that_it_has_not_started(demo, found):
    [draft] = [str(each["id"]) for each in demo[2].values() if not each["start_date"]]

    assert "has not started yet" in found[draft]["error"]
