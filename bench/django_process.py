"""Runs `main` of a module that needs Django: `python -m bench.django_process MODULE ARGUMENT …`."""

import importlib
import json
import os
import sys

import django


def run(module: str, *arguments: str) -> None:
    """Set Django up, call the module's `main` and print what it returns as JSON."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "experiments_api.settings")
    django.setup()
    result = importlib.import_module(module).main(*arguments)
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    run(*sys.argv[1:])
