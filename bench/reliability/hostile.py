"""Sends what openapi.yaml allows, and what it does not, to the real server, and reads the answers.

`bin/reliability hostile [--database postgresql|sqlite] [--seconds 120]`

schemathesis makes the requests: boundary values and random ones, with a key that may do everything
and by nobody, then walks from what one operation answers to the operations that take its id. No
answer may be a 5xx, have a status or a content type that is not documented, or break its schema.
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

# Deleting takes away what the other requests stand on.
_SPARED = "destroy$"
# A walk may delete what it found, but not the organization, the project and the caller. Keys want a
# session, and change requests a policy that would keep everything else from happening.
_SPARED_BY_WALKS = (
    "^(destroy|(members|organizations_projects|users)_destroy"
    "|log(in|out)_.*|personal_api_keys_.*|change_requests_.*_create)$"
)
_CONTAINERS = ('project_id = "1"', 'organization_id = "@current"')
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
    parser.add_argument("--seconds", type=int, default=120, help="for each of the three parts")
    arguments = parser.parse_args()
    with ground(arguments.database) as given:
        return _run(arguments.seconds, given)


def _run(seconds: int, given: Ground) -> int:
    server = given.server()
    try:
        server.start()
        seeds = _seeded(server)
        key = ["--header", f"Authorization: Bearer {server.key}"]
        requests = _options("examples,coverage,fuzzing", spared=_SPARED)
        walks = _options("stateful", spared=_SPARED_BY_WALKS)
        parts = (
            (_settings(seeds), [*requests, *key]),
            (_settings(seeds), requests),
            (_settings_of_walks(seeds), [*walks, *key]),
        )
        failures = []
        for number, (settings, options) in enumerate(parts):
            config = given.folder / f"{number}.toml"
            config.write_text(settings)
            failures.append(_storm(server, config, seconds, options))
        # What schemathesis cannot see: an answer that was fine while the log says otherwise.
        unexpected = server.log.read_text().count("Unexpected failure")
    finally:
        server.remove()
    sys.stdout.write(f"Unexpected failures in the log: {unexpected}\n")
    return int(any(failures) or unexpected > 0)


def _options(phases: str, *, spared: str) -> list[str]:
    return ["--phases", phases, "--exclude-operation-id-regex", spared]


def _storm(server: Server, config: Path, seconds: int, options: list[str]) -> int:
    command = [
        *(str(Path(sys.executable).parent / "st"), "--config-file", str(config), "run"),
        *(str(ROOT / "openapi.yaml"), "--url", f"http://127.0.0.1:{server.port}"),
        *("--checks", ",".join(_CHECKS), "--max-time", str(seconds), "--continue-on-failure"),
        *("--warnings", "off", "--no-color", *options),
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


def _settings(ids: dict[str, int]) -> str:
    """Return the settings with which every request is about the one row of its place."""
    lines = ["[parameters]", *_CONTAINERS]
    for place, row_id in ids.items():
        lines += _operations(place, f'"path.id" = {row_id}')
    return "\n".join(lines) + "\n"


def _settings_of_walks(ids: dict[str, int]) -> str:
    """Return the settings with which walks begin at such a row, and go on with what they are told.

    An id that is given outright would stand where that of a former answer belongs.
    """
    lines = ["[dictionaries]", 'me = { values = ["@me"] }', 'any = { values = ["*"] }']
    lines += [f"{_name(place)} = {{ values = [{row_id}] }}" for place, row_id in ids.items()]
    lines += ["[parameters]", *_CONTAINERS, '"header.If-Match" = { dictionary = "any" }']
    for place in ids:
        lines += _operations(place, f'"path.id" = {{ dictionary = "{_name(place)}" }}')
    lines += _operations("users/", '"path.uuid" = { dictionary = "me" }')
    lines += _operations("members/", '"path.user__uuid" = { dictionary = "me" }')
    return "\n".join(lines) + "\n"


def _operations(place: str, parameter: str) -> list[str]:
    pattern = f'include-path-regex = "/{place}"'
    return ["[[operations]]", pattern, f"parameters = {{ {parameter} }}"]


def _name(place: str) -> str:
    return place.strip("/")


if __name__ == "__main__":
    sys.exit(main())
