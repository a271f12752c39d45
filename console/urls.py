"""The paths of the console; the page itself decides what it shows at each."""

from django.urls import re_path

from console.views import shell

_PAGES = r"^(?:|login|welcome|me|signup/[^/]+|organization(?:/.*)?|project/.+)/?$"

urlpatterns = [re_path(_PAGES, shell, name="console")]
