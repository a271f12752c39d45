"""How long evaluation itself takes, without any request."""

import time

from bench.flags.documents import PROPERTIES
from bench.flags.floor import flag_sets
from evaluation.engine.flag_set import FlagSet
from evaluation.engine.subjects import Subject

_PEOPLE = 2_000
_ROUNDS = 5


def microseconds(place: str, token: str) -> float:
    """Return the time for all flags of a project and one person: the best of five rounds."""
    flags = flag_sets(place)[token]
    return min(_round(flags) for _ in range(_ROUNDS))


def _round(flags: FlagSet) -> float:
    # Of this process alone, so that others on the machine do not count.
    began = time.process_time()
    for number in range(_PEOPLE):
        flags.evaluate(Subject(f"user-{number}", PROPERTIES))
    return (time.process_time() - began) / _PEOPLE * 1e6
