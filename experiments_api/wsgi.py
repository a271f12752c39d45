"""The WSGI entry point that a production server loads."""

import gc
import os
from importlib import import_module
from typing import Any

import django
from django.conf import settings

from core.http.wsgi_request import TextHandler
from core.ops.request_turns import taking_turn

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "experiments_api.settings")


django.setup(set_prefix=False)
# Models can be imported only now.
_handler = import_module("evaluation.wsgi").FlagsHandler(TextHandler())


def application(environ: Any, start_response: Any) -> Any:
    """Answer a request, by one thread at a time but for those that give way."""
    with taking_turn():
        return _handler(environ, start_response)


# All code is loaded before the first request, and then stays: the garbage collector need not look
# through it again and again while requests wait, and touch the memory that workers share.
import_module(settings.ROOT_URLCONF)
gc.collect()
gc.freeze()
