#!/usr/bin/env python
"""The command line of the project: every management command starts here."""

import os
import sys


def main() -> None:
    """Run the management command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "experiments_api.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        # Read here, so that what is wrong with them is one sentence.
        settings.configured or settings.DEBUG  # noqa: B018
    except ImproperlyConfigured as error:
        sys.exit(f"A setting is wrong: {error}")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
