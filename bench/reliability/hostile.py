"""Sends what openapi.yaml allows, and what it does not, to the real server, and reads the answers.

`bin/reliability hostile [--database postgresql|sqlite] [--seconds 120]`

schemathesis makes the requests: boundary values, random ones, and walks from one operation to the
next. No answer may be a 5xx, have a status or a content type that is not documented, or break its
schema. It is done with a key that may do everything, and by nobody.
"""

import argparse
import json
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path

from bench.reliability.ground import Ground, add_database, ground
from bench.reliability.server import ROOT, Server

_CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
)
# They would take away what the other requests stand on.
_SPARED = "_destroy$"
# What exists before the storm, so that requests find something: where it is made, from what, and
# the paths below which its id is asked for.
_SEEDS = (
    ("experiments/", {"name": "Seed", "feature_flag_key": "seed"}),
    ("experiment_holdouts/", {"name": "Seed"}),
    (
        "experiment_saved_metrics/",
        {
            "name": "Seed",
            "query": {
                "kind": "ExperimentMetric",
                "metric_type": "mean",
                "source": {"kind": "EventsNode", "event": "$pageview"},
            },
        },
    ),
    ("feature_flags/", {"key": "seed-flag"}),
)


def main() -> int:
    """Run what the arguments ask for and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_database(parser)
    parser.add_argument("--seconds", type=int, default=120, help="for each of the two callers")
    arguments = parser.parse_args()
    with ground(arguments.database) as given:
        return _run(arguments.seconds, given)


def _run(seconds: int, given: Ground) -> int:
    server = given.server()
    try:
        server.start()
        config = given.folder / "schemathesis.toml"
        config.write_text(_config(_seeded(server)))
        failures = [
            _storm(server, config, seconds, headers=headers)
            for headers in ([f"Authorization: Bearer {server.key}"], [])
        ]
        # What schemathesis cannot see: an answer that was fine while the log says otherwise.
        unexpected = server.log.read_text().count("Unexpected failure")
    finally:
        server.remove()
    sys.stdout.write(f"Unexpected failures in the log: {unexpected}\n")
    return int(any(failures) or unexpected > 0)


def _storm(server: Server, config: Path, seconds: int, *, headers: list[str]) -> int:
    command = [
        *(str(Path(sys.executable).parent / "st"), "--config-file", str(config), "run"),
        *(str(ROOT / "openapi.yaml"), "--url", f"http://127.0.0.1:{server.port}"),
        *("--checks", ",".join(_CHECKS), "--max-time", str(seconds), "--continue-on-failure"),
        *("--exclude-operation-id-regex", _SPARED, "--warnings", "off", "--no-color"),
        *(part for header in headers for part in ("--header", header)),
    ]
    return subprocess.run(command, cwd=config.parent, check=False).returncode


def _seeded(server: Server) -> dict[str, int]:
    """Make one of each and return their ids by their place in the API."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
    headers = {"Authorization": f"Bearer {server.key}", "Content-Type": "application/json"}
    ids = {}
    for place, values in _SEEDS:
        connection.request("POST", f"/api/projects/1/{place}", json.dumps(values), headers)
        ids[place] = json.loads(connection.getresponse().read())["id"]
    return ids


def _config(ids: dict[str, int]) -> str:
    lines = ["[parameters]", 'project_id = "1"', 'organization_id = "@current"']
    for place, row_id in ids.items():
        lines += [
            "[[operations]]",
            f'include-path-regex = "/{place}"',
            f'parameters = {{ "path.id" = {row_id} }}',
        ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
