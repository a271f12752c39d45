"""The WSGI entry point that a production server loads."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "experiments_api.settings")

application = get_wsgi_application()

# All code is loaded before the first request, and then stays: the garbage collector need not look
# through it again and again while requests wait, and touch the memory that workers share.
import_module(settings.ROOT_URLCONF)
gc.collect()
gc.freeze()
