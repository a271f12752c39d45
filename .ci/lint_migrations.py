"""Lints migrations: strictly those that came after the latest release, else for lost data only."""

import os
import subprocess
import sys
from pathlib import Path

import django
from django_migration_linter import MigrationLinter

ROOT = Path(__file__).resolve().parent.parent
# What a server of the former version stumbles over while both run: of no matter before a release.
_ONLY_AFTER_A_RELEASE = ["NOT_NULL", "ADD_UNIQUE", "ALTER_COLUMN", "RENAME_COLUMN"]
_NEVER = ["RUNPYTHON_REVERSIBLE", "RUNSQL_REVERSIBLE", "RUNPYTHON_MODEL_IMPORT"]


def main() -> int:
    """Print what is wrong with the migrations and return the exit status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "experiments_api.settings")
    sys.path.insert(0, str(ROOT))
    django.setup()
    release = _git("describe", "--tags", "--abbrev=0", "--match", "v*")
    linter = MigrationLinter(
        str(ROOT),
        no_cache=True,
        # The environment may lie inside the project, with the migrations of libraries in it.
        include_apps=[path.parent.name for path in ROOT.glob("*/apps.py")],
        ignore_initial_migrations=True,
        exclude_migration_tests=[] if release else _ONLY_AFTER_A_RELEASE,
        warnings_as_errors_tests=_NEVER,
    )
    linter.lint_all_migrations(git_commit_id=release or None)
    linter.print_summary()
    return int(linter.has_errors)


def _git(*arguments: str) -> str:
    done = subprocess.run(  # noqa: S603 (it asks for a tag)
        ["git", "-C", str(ROOT), *arguments],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
