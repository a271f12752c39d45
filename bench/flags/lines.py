"""The lines of flags: what is asked, of which program, and what is wanted of the ratio."""

import json
from dataclasses import dataclass
from typing import Any

from bench.servers import FLAGS_COLD_CACHE, SERVER

Told = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """A request of a project with so many flags; `@ID@` makes another person of each."""

    name: str
    title: str
    flags: int
    # At least so many times the floor, or the line that it stands beside.
    goal: float | None = None
    beside: str = ""
    is_definitions: bool = False
    sends_properties: bool = True
    has_floor: bool = True
    program: str = SERVER

    def path(self, token: str) -> str:
        """Return the path that is asked."""
        return f"/flags/definitions?token={token}" if self.is_definitions else "/flags/?v=2"

    def body(self, project: Told) -> str:
        """Return the body that wrk fills in; none for definitions."""
        if self.is_definitions:
            return ""
        sent = project["properties"] if self.sends_properties else {}
        asked = {"token": project["token"], "distinct_id": "user-@ID@", "person_properties": sent}
        return json.dumps(asked, separators=(",", ":"))


LINES = [
    Line("flags_100", "POST /flags, 100 flags", 100, goal=0.70),
    Line("flags_1", "POST /flags, 1 flag", 1, goal=0.45),
    Line(
        "stored", "the same 100, properties looked up", 100, sends_properties=False, has_floor=False
    ),
    Line("definitions", "definitions of 1,000 flags", 1000, is_definitions=True, has_floor=False),
    Line(
        "anew",
        "the same with a cold cache",
        1000,
        is_definitions=True,
        has_floor=False,
        program=FLAGS_COLD_CACHE,
    ),
    Line(
        "known",
        "the same, If-None-Match, beside a cold cache",
        1000,
        goal=10,
        beside="anew",
        is_definitions=True,
        has_floor=False,
    ),
    Line(
        "known_warm",
        "the same, If-None-Match, beside definitions",
        1000,
        goal=10,
        beside="definitions",
        is_definitions=True,
        has_floor=False,
    ),
]
