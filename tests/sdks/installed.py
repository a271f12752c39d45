"""Published SDK packages, installed once into var/."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

CACHE = Path(__file__).parent.parent.parent / "var/sdks"


def python_with(version: str) -> Path:
    """Return a Python that has this version of posthog; `newest` for the newest one."""
    folder = CACHE / f"python-{version}"
    python = folder / "bin/python"
    wanted = "posthog" if version == "newest" else f"posthog=={version}"
    with _alone():
        if not python.exists():
            _install(folder, [sys.executable, "-m", "venv", str(folder)])
            _install(folder, [str(python), "-m", "pip", "install", "--quiet", wanted])
    return python


def node_package(name: str, version: str) -> Path:
    """Return the folder of a package of npm in this version; `latest` for the newest one."""
    folder = CACHE / f"{name}-{version}"
    package = folder / "node_modules" / name
    npm = shutil.which("npm")
    if npm is None:
        _give_up("npm is not installed here.")
    with _alone():
        if not package.exists():
            folder.mkdir(parents=True, exist_ok=True)
            options = ["--silent", "--no-audit", "--no-fund", "--prefix", str(folder)]
            _install(folder, [str(npm), "install", *options, f"{name}@{version}"])
    return package


@contextmanager
def _alone() -> Iterator[None]:
    # Tests may run in several processes.
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _install(folder: Path, command: list[str]) -> None:
    done = subprocess.run(  # noqa: S603 (a command of ours)
        command, capture_output=True, text=True, timeout=300, check=False
    )
    if done.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        _give_up(f"The registry is not reachable: {done.stderr[-500:]}")


def _give_up(reason: str) -> None:
    (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
