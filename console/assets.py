"""Where the console's files are served: below a name made of their content."""

import hashlib
import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "static" / "console"
# The modules of the first screens, so that the browser need not find one after the other.
_ALWAYS = (
    "main.js",
    "vendor/preact.js",
    "html.js",
    "router.js",
    "routes.js",
    "api.js",
    "session.js",
    "ui/app.js",
)
# What a page loads for itself would otherwise be asked for only after the page has arrived.
_PAGES = {
    r"login": ("pages/login.js",),
    r"project/\d+/experiments": ("pages/experiments.js",),
    r"project/\d+/experiments/new": ("pages/experiment_new.js",),
    r"project/\d+/experiments/\d+": ("pages/experiment.js", "ui/experiment/results.js"),
    r"project/\d+/experiments/\d+/\w+": ("pages/experiment.js",),
    r"project/\d+/feature_flags": ("pages/flags.js",),
    r"project/\d+/feature_flags/\d+(/\w+)?": ("pages/flag.js",),
}
_IMPORT = re.compile(r'^(?:import|export)\s[^;]*?from\s*"(\.[^"]+)"', re.MULTILINE)


@cache
def version() -> str:
    """Return a name for the content of all files."""
    digest = hashlib.sha256()
    for path in sorted(FOLDER.rglob("*")):
        if path.is_file() and path.suffix != ".gz":
            digest.update(path.relative_to(FOLDER).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def address() -> str:
    """Return the path below which the files are served."""
    return f"/static/console-{version()}"


def preloaded(path: str) -> list[str]:
    """Return the modules that the page at this path will ask for."""
    asked = path.strip("/")
    found = (modules for pattern, modules in _PAGES.items() if re.fullmatch(pattern, asked))
    return list(_needed((*_ALWAYS, *next(found, ()))))


@cache
def _needed(roots: tuple[str, ...]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    waiting = list(roots)
    while waiting:
        name = waiting.pop(0)
        path = FOLDER / name
        if name in found or not path.is_file():
            continue
        found[name] = None
        imports = _IMPORT.findall(path.read_text())
        waiting += [
            (path.parent / other).resolve().relative_to(FOLDER).as_posix() for other in imports
        ]
    return tuple(found)
