"""Storing events from files, in the order of their lines."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from events.lines import read_line
from events.services.capture import capture
from events.wire import BadEvents, CapturedEvent
from tenants.selectors import TokenProject

# A transaction of that many is fast, and lets captures through before the next one.
_BATCH = 1_000
_REASONS = 10


@dataclass
class Imported:
    """How many events are new, how many were there, how many lines are none; the first of these."""

    new: int = 0
    known: int = 0
    refused: int = 0
    reasons: list[str] = field(default_factory=list)


def import_lines(*, project: TokenProject, lines: Iterable[bytes], now: int) -> Imported:
    """Store the events in these lines, and what they say about people and groups.

    `now` is in microseconds since 1970. Lines that are no events are refused, the others stored.
    """
    done, batch = Imported(), list[CapturedEvent]()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            batch.append(read_line(line, now=now))
        except BadEvents as reason:
            done.refused += 1
            if len(done.reasons) < _REASONS:
                done.reasons.append(f"line {number}: {reason}")
        if len(batch) == _BATCH:
            _store(project, batch, done, now)
            batch = []
    _store(project, batch, done, now)
    return done


def _store(project: TokenProject, batch: list[CapturedEvent], done: Imported, now: int) -> None:
    if batch:
        moment = datetime.fromtimestamp(now / 1_000_000, tz=UTC)
        project = project._replace(ingested_event=project.ingested_event or done.new > 0)
        new = capture(project=project, events=batch, now=moment)
        done.new += new
        done.known += len(batch) - new
