"""The WSGI entry point of the ordinary program."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.ordinary_settings"

application = get_wsgi_application()
