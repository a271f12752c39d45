"""The same identifiers, evaluated by SDKs themselves and by the server: no difference.

SDK_IDENTIFIERS says how many; 100,000 take some minutes.
"""

import http.client
import json
import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tests.sdks.installed import node_package, python_with

COUNT = int(os.environ.get("SDK_IDENTIFIERS", "1000"))
PREFIX = "größe 🦔 "
KEYS = ["checkout-redesign", "half", "held"]
PROGRAMS = Path(__file__).parent / "programs"


@pytest.fixture(scope="module")
def remote(server):
    def ask(numbers):
        with closing(http.client.HTTPConnection("127.0.0.1", server.api.port)) as connection:
            return [answer(connection, number) for number in numbers]

    def answer(connection, number):
        asked = {"token": server.token, "distinct_id": f"{PREFIX}{number}"}
        asked |= {"flag_keys_to_evaluate": KEYS, "evaluation_runtime": "all"}
        connection.request("POST", "/flags/?v=1", json.dumps(asked))
        return json.load(connection.getresponse())["featureFlags"]

    with ThreadPoolExecutor(4) as pool:
        parts = [range(start, COUNT, 4) for start in range(4)]
        answers = dict(
            pair
            for numbers, part in zip(parts, pool.map(ask, parts), strict=True)
            for pair in zip(numbers, part, strict=True)
        )
    return {key: [answers[number][key] for number in range(COUNT)] for key in KEYS}


def commands():
    return {
        "python": lambda: [str(python_with("newest")), str(PROGRAMS / "compare.py")],
        "node": lambda: [
            *(str(shutil.which("node")), str(PROGRAMS / "compare.cjs")),
            str(node_package("posthog-node", "latest")),
        ],
    }


@pytest.mark.parametrize("language", commands())
def test_identifiers__evaluated_by_an_sdk__are_as_the_server_decides(server, remote, language):
    asked = {"token": server.token, "host": server.host, "key": server.key}
    asked |= {"flags": KEYS, "count": COUNT, "prefix": PREFIX}
    done = subprocess.run(  # noqa: S603 (a command of ours)
        [*commands()[language](), json.dumps(asked)],
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    local = json.loads(done.stdout)
    different = [
        (key, number)
        for key in KEYS
        for number in range(COUNT)
        if local[key][number] != remote[key][number]
    ]
    assert different == []
