"""All settings, read from the environment; docs/configuration.md has the table of variables."""

from datetime import timedelta
from pathlib import Path

from corsheaders.defaults import default_headers

from experiments_api import env, tracing
from experiments_api.databases import databases
from experiments_api.document_settings import DOCUMENT
from experiments_api.log_lines import logging_of

BASE_DIR = Path(__file__).resolve().parent.parent

# Process
DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY = env.secret("SECRET_KEY")
# Former secrets: what they signed or encrypted is still read.
SECRET_KEY_FALLBACKS = env.names("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],.localhost")
ROOT_URLCONF = "experiments_api.urls"
WSGI_APPLICATION = "experiments_api.wsgi.application"
APPEND_SLASH = False
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "axes",
    "corsheaders",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "core",
    "users",
    "tenants",
    "api",
    "accounts",
    "events",
    "actions",
    "activity",
    "approvals",
    "tags",
    "annotations",
    "cohorts",
    "feature_flags",
    "scheduled_changes",
    "organization_flags",
    "organizations",
    "holdouts",
    "saved_metrics",
    "experiments",
    "evaluation",
    "console",
    "results",
]

MIDDLEWARE = [
    # Around everything, so that every answer has an id and a line in the log.
    "core.ops.request_log.RequestLogMiddleware",
    # Probes answer before anything that may need a database, a cookie or a known host.
    "core.http.middleware.ProbeMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "core.http.middleware.SDKMiddleware",
    "core.http.middleware.CacheControlMiddleware",
    "core.http.middleware.BodyLimitMiddleware",
    "console.middleware.StaticFilesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "core.http.middleware.CsrfTokenMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.http.middleware.AdminMessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "core.http.middleware.ClientNameMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# Database
DATABASES = databases(env.text("DATABASE_URL", f"sqlite:///{BASE_DIR}/var/experiments.sqlite3"))
DATABASE_ROUTERS = ["events.routers.EventsRouter"]
DERIVED_DATABASES = [alias for alias in DATABASES if alias == "facts"]  # in no backup
EVENTS_URL = env.events_url("EVENTS_URL")
EVENTS_RETENTION_DAYS = env.number("EVENTS_RETENTION_DAYS", 0)  # 0 keeps all
ACTIVITY_RETENTION_DAYS = env.number("ACTIVITY_RETENTION_DAYS", 0)  # 0 keeps all

# What the workers of a server share for a while: who asked how often.
CACHES = {"default": env.cache("CACHE_URL")}

# Accounts
AUTH_USER_MODEL = "users.User"
PASSWORD_HASHERS = [
    f"django.contrib.auth.hashers.{kind}PasswordHasher" for kind in ("Scrypt", "PBKDF2")
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{kind}Validator"}
    for kind in ("MinimumLength", "CommonPassword")
]
SESSION_ENGINE = "core.http.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 60 * 60
CSRF_COOKIE_NAME = "posthog_csrftoken"
CSRF_COOKIE_AGE = SESSION_COOKIE_AGE
# Pages of the same site, on another port or another name of one domain, get along with Lax. Cookies
# that travel to other sites are taken by browsers over TLS only.
_crosses_sites = env.flag("CROSS_SITE_COOKIES", default=False)
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "None" if _crosses_sites else "Lax"
_only_tls = env.flag("SECURE_COOKIES", default=False) or _crosses_sites
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _only_tls

# Failed logins are counted for each e-mail at each address, in the database, for all workers.
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AXES_FAILURE_LIMIT = 30
AXES_COOLOFF_TIME = timedelta(minutes=10)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_USERNAME_CALLABLE = "accounts.lockout.email_of"
AXES_CLIENT_IP_CALLABLE = "accounts.lockout.address_of"
AXES_LOCKOUT_CALLABLE = "accounts.lockout.refusal"
AXES_SENSITIVE_PARAMETERS = ["username", "personal_api_key"]
AXES_VERBOSE = False

# The bootstrapped key: a fixed value, or one derived from SECRET_KEY when this is empty.
EXPERIMENTS_API_KEY = env.api_key("EXPERIMENTS_API_KEY")

# Who hears about change requests: dotted paths of functions that take a Notification.
APPROVAL_NOTIFICATION_SINKS = env.names(
    "APPROVAL_NOTIFICATION_SINKS",
    "approvals.sinks.log.to_log,approvals.sinks.email.to_email,approvals.sinks.webhook.to_outbox",
)

# Results: how long one statement may take, and two conventions that the hosted service has changed.
RESULTS_STATEMENT_SECONDS = env.number("RESULTS_STATEMENT_SECONDS", 60, least=1)
RESULTS_ANALYSE_HOLDOUTS = env.flag("RESULTS_ANALYSE_HOLDOUTS", default=True)
RESULTS_INTERPOLATE_PERCENTILES = env.flag("RESULTS_INTERPOLATE_PERCENTILES", default=True)

# E-mail: none leaves while no server is named.
_mail = env.mail_server("EMAIL_URL")
EMAIL_HOST, EMAIL_PORT = _mail.host, _mail.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.security == "starttls", _mail.security == "tls"
EMAIL_TIMEOUT = 5
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "experiments@localhost")

# Frontends of other origins. Cookies travel only to origins that are named.
_origins = env.origins("CORS_ALLOWED_ORIGINS", "*")
CORS_URLS_REGEX = r"^/api/.*$"
CORS_ALLOW_ALL_ORIGINS = _origins == ["*"]
CORS_ALLOWED_ORIGINS = [] if CORS_ALLOW_ALL_ORIGINS else _origins
CORS_ALLOW_HEADERS = [
    *default_headers,
    *("x-posthog-client", "if-match", "if-none-match", "idempotency-key", "x-request-id"),
    *tracing.HEADERS,
]
CORS_EXPOSE_HEADERS = [
    "ETag",
    "Retry-After",
    "Idempotent-Replayed",
    "X-CSRFToken",
    *("X-Request-ID", "X-Total-Count"),
]
CORS_ALLOW_CREDENTIALS = not CORS_ALLOW_ALL_ORIGINS
# Who may send cookies may write with them.
CSRF_TRUSTED_ORIGINS = [*env.trusted_origins("CSRF_TRUSTED_ORIGINS"), *CORS_ALLOWED_ORIGINS]

MAX_FEATURE_FLAGS_PER_PROJECT = env.number("MAX_FEATURE_FLAGS_PER_PROJECT", 0)

# Rate limits, of each key and of each address that comes without one.
RATE_LIMIT_ENABLED = env.flag("RATE_LIMIT_ENABLED", default=False)
RATE_LIMITS = {
    "burst": env.rate("RATE_LIMIT_BURST", "480/minute"),
    "sustained": env.rate("RATE_LIMIT_SUSTAINED", "4800/hour"),
}
RATE_LIMIT_TOKEN = env.rate("RATE_LIMIT_TOKEN", "60000/minute")
RATE_LIMIT_DEFINITIONS = env.rate("RATE_LIMIT_DEFINITIONS", "600/minute")
RATE_LIMIT_SECRET_KEYS = env.rate("RATE_LIMIT_SECRET_KEYS", "2400/minute")
RATE_LIMIT_EXEMPT_PROJECTS = env.numbers("RATE_LIMIT_EXEMPT_PROJECTS")

# How long a repeated POST waits for the first one before it is told to come again.
IDEMPOTENCY_WAIT_SECONDS = 3

# The response cache of each worker; 0 turns it off. Formerly named READ_MEMORY_MB.
RESPONSE_CACHE_BYTES = (
    env.number("RESPONSE_CACHE_MB", env.number("READ_MEMORY_MB", 32)) * 1024 * 1024
)

# Transport
MAX_BODY_BYTES = env.number("MAX_BODY_BYTES", 5 * 1024 * 1024, least=1)
# The endpoints of SDKs have limits of their own; the middleware holds all others to the one above.
DATA_UPLOAD_MAX_MEMORY_SIZE = max(MAX_BODY_BYTES, 20 * 1024 * 1024)
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = env.flag("HTTPS_ONLY", default=False)
SECURE_HSTS_SECONDS = env.number("HSTS_SECONDS", 3600 if SECURE_SSL_REDIRECT else 0)
# Those who ask from inside speak plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^_health/?$", r"^_metrics/?$"]
# Subdomains and preload lists are the owner's of the domain to decide.
# The others are asked in the names of our variables: core.ops.checks.
_SILENCED = (4, 5, 8, 9, 12, 16, 18, 20, 21, 22)
SILENCED_SYSTEM_CHECKS = [f"security.W{number:03}" for number in _SILENCED]
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_TLS_PROXY", default=False) else None
)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "api.authentication.PersonalAPIKeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_THROTTLE_CLASSES": ["api.throttling.RateLimit"],
    "NUM_PROXIES": env.number("NUM_PROXIES", 0),
    "DEFAULT_PARSER_CLASSES": [
        "core.http.parsers.StrictJSONParser",
        "core.http.parsers.StrictFormParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_RENDERER_CLASSES": ["core.http.renderers.QuickJSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "core.http.pagination.WireLimitOffsetPagination",
    "PAGE_SIZE": 100,
    "EXCEPTION_HANDLER": "core.http.exception_handler.exception_handler",
    "DEFAULT_SCHEMA_CLASS": "experiments_api.schema.WireSchema",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
EXCEPTIONS_HOG = {"ENABLE_IN_DEBUG": True}

SPECTACULAR_SETTINGS = DOCUMENT

# One line for each request, and all that goes wrong, on stderr.
ACCESS_LOG = env.flag("ACCESS_LOG", default=True)
_level = env.choice("LOG_LEVEL", "info", "debug", "warning", "error", "critical")
LOGGING = logging_of(level=_level.upper(), form=env.choice("LOG_FORMAT", "text", "json"))

# Prometheus: off while there is no token for it.
METRICS_TOKEN = env.text("METRICS_TOKEN")
METRICS_FOLDER = env.text("METRICS_FOLDER", str(BASE_DIR / "var" / "metrics"))
