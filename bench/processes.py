"""What Linux knows about processes: their children, their time and their memory."""

import os
from collections.abc import Iterable
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def family(pid: int) -> list[int]:
    """Return a process and the processes that it started."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(after_name[1]), []).append(int(stat.parent.name))
    found, pending = [], [pid]
    while pending:
        found.append(pending.pop())
        pending += parents.get(found[-1], [])
    return found


def cpu_seconds(pids: Iterable[int]) -> float:
    """Return the time that these processes have computed so far; those that ended count for 0."""
    return sum(map(_cpu_seconds, pids))


def busy_seconds() -> float:
    """Return the time that all processors together have computed so far."""
    first_line = Path("/proc/stat").read_text().partition("\n")[0]
    user, nice, system, _idle, _wait, irq, soft, *_ = map(int, first_line.split()[1:])
    return (user + nice + system + irq + soft) / _TICKS


def memory_megabytes(pids: Iterable[int], *, kind: str = "Pss") -> float:
    """Return the memory of these processes, shared pages divided among those who share them.

    As `Rss`, shared pages count for each of those who share them.
    """
    return sum(_memory_megabytes(pid, kind) for pid in pids)


def _cpu_seconds(pid: int) -> float:
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return (int(after_name[11]) + int(after_name[12])) / _TICKS


def _memory_megabytes(pid: int, kind: str) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith(f"{kind}:"):
            return int(line.split()[1]) / 1024
    return 0
