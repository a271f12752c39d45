"""Faults that strike while callers are at work, and how the outcome is told."""

import sys
import threading
import time
from collections.abc import Iterable, Sequence
from itertools import pairwise

from bench.reliability.strikes import Fault


def strike_during(
    callers: Sequence[threading.Thread],
    *,
    stopped: threading.Event,
    successes: Sequence[float],
    pause: float,
    kinds: Iterable[Fault],
    seconds: float,
) -> list[str]:
    """Let the callers work for so long, strike at each pause, and return the names of the faults.

    `successes` grows by the time of each answer; after a fault the next one waits for an answer.
    """
    faults = list[str]()
    for caller in callers:
        caller.start()
    deadline = time.monotonic() + seconds
    for name, strike in kinds:
        time.sleep(pause)
        _wait_for_progress(successes, since=time.monotonic(), until=deadline)
        if time.monotonic() > deadline:
            break
        strike()
        faults.append(name)
    stopped.set()
    for caller in callers:
        caller.join()
    return faults


def _wait_for_progress(successes: Sequence[float], *, since: float, until: float) -> None:
    # On a busy machine a worker takes its time to start; killed before that, none would ever serve.
    while time.monotonic() < until and not (successes and successes[-1] > since):
        time.sleep(0.05)


def longest_gap(successes: Sequence[float]) -> float:
    """Return the longest time between two answers, in seconds."""
    return max((b - a for a, b in pairwise(sorted(successes))), default=0.0)


def counted(faults: Sequence[str]) -> str:
    """Return how often each fault struck."""
    counts = [f"{fault}: {faults.count(fault)}" for fault in sorted(set(faults))]
    return ", ".join(counts) or "none"


def judge(found: dict[str, list[str]]) -> int:
    """Say which truths hold and what contradicts the others; return the exit status."""
    for truth, contradictions in found.items():
        say(f"{'FAILED' if contradictions else 'ok'}: {truth}")
        for each in contradictions[:10]:
            say(f"    {each}")
    return int(any(found.values()))


def say(line: str) -> None:
    """Write a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
