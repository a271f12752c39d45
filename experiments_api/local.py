"""The WSGI entry point of bin/serve: prepares the database in the process that then serves it.

The scheduler runs beside it, as a process of its own: so no job ever holds up a worker.
"""

import io
import os
import subprocess
import sys

from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connections

from experiments_api.wsgi import application
from tenants.management.commands import bootstrap

__all__ = ["application", "start_beside"]

_WELCOME = """
  The experiments server is at {url} (API pages: {url}/api/schema/swagger-ui/)
  Sign in, once, within 15 minutes: {link}
  Your API key: {key}

  Try it:

    curl -H "Authorization: Bearer {key}" {url}/api/projects/@current/experiments/

    curl -H "Authorization: Bearer {key}" -H "Content-Type: application/json" \\
      -d '{{"name": "Checkout button", "feature_flag_key": "checkout-button"}}' \\
      {url}/api/projects/@current/experiments/

    curl -H "Authorization: Bearer {key}" -H "Content-Type: application/json" \\
      -d '{{"name": "Never in a test", "filters": [{{"rollout_percentage": 5}}]}}' \\
      {url}/api/projects/@current/experiment_holdouts/

  A project with a dozen experiments to look at: bin/manage load_demo

  Ctrl-C stops it. The data stays in var/ unless DATABASE_URL says otherwise.

"""


_AGAIN = """
  The experiments server is at {url} (API pages: {url}/api/schema/swagger-ui/)
  Its key was printed at the first start. `bin/manage bootstrap` prints it again.

"""


def _link() -> str:
    """Return where the owner can sign in; plain when they are not here any more."""
    page = f"{os.environ['EXPERIMENTS_URL']}/login"
    try:
        code = call_command("login_code", bootstrap.OWNER_EMAIL, stdout=io.StringIO())
    except CommandError:
        return page
    # Behind the #, where neither logs nor other sites see it.
    return f"{page}#code={code}"


def start_beside() -> subprocess.Popen[bytes]:
    """Start the scheduler; it ends by itself when this process does."""
    command = ["manage.py", "run_scheduler", "--beside", str(os.getpid())]
    return subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, *command],
        cwd=settings.BASE_DIR,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )


# A process of its own for this would load all the code twice, and double the time to start.
try:
    _preparing = bootstrap.Command()
    _key = call_command(_preparing, stdout=io.StringIO())
    # A journal is read by more people than a terminal: it gets the key once, and no way to sign in
    # at every start.
    _is_told = _preparing.has_made_key or sys.stdout.isatty()
    _welcome = (
        _WELCOME.format(key=_key, link=_link(), url=os.environ["EXPERIMENTS_URL"])
        if _is_told
        else _AGAIN.format(url=os.environ["EXPERIMENTS_URL"])
    )
except (CommandError, DatabaseError, OSError) as error:
    sys.exit(f"The database could not be prepared: {error}")
connections.close_all()
sys.stdout.write(_welcome)
sys.stdout.flush()
