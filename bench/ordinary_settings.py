"""The settings of the ordinary program: the server's, without what it adds to the framework."""

from experiments_api.settings import *  # noqa: F403 (all but what follows)

ROOT_URLCONF = "bench.ordinary"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
]
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "UNAUTHENTICATED_USER": None,
    "PAGE_SIZE": 100,
}
