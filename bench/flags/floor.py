"""The bare program: parses a body, evaluates the same compiled flags, writes with orjson."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

import orjson

from evaluation.engine.definitions import FlagDefinition
from evaluation.engine.flag_set import FlagSet
from evaluation.engine.subjects import Subject, merged_properties
from evaluation.representation import Shape, represent_flags

StartResponse = Callable[[str, list[tuple[str, str]]], object]


def flag_sets(place: str) -> dict[str, FlagSet]:
    """Return the compiled flags of each project that the bench has filled, by its token."""
    told = orjson.loads(Path(place).read_bytes())
    return {
        project["token"]: FlagSet([FlagDefinition(**flag) for flag in project["flags"]])
        for project in told["projects"]
    }


_FLAGS = flag_sets(os.environ["BENCH_FLAGS"]) if "BENCH_FLAGS" in os.environ else {}


def application(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
    """Answer `POST /flags`."""
    body = b"{}"
    if environ["REQUEST_METHOD"] == "POST":
        asked = orjson.loads(environ["wsgi.input"].read())
        distinct_id = asked["distinct_id"]
        properties = merged_properties(
            stored={}, sent=asked["person_properties"], distinct_id=distinct_id
        )
        outcomes = _FLAGS[asked["token"]].evaluate(Subject(distinct_id, properties))
        body = orjson.dumps(represent_flags(outcomes, shape=Shape.FLAGS))
    length = str(len(body))
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", length)])
    return [body]
