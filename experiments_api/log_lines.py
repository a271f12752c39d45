"""How Django's loggers, ours and those of libraries are written to stderr."""

Document = dict[str, object]

_FORMATTERS = {
    "text": {
        "()": "core.ops.logs.LineFormatter",
        "format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s",
    },
    "json": {
        "()": "core.ops.logs.JSONFormatter",
        "format": "%(asctime)s %(levelname)s %(name)s %(request_id)s %(message)s",
        "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger"},
    },
}

_LOGGERS = {
    # What it says of refusals stands in the line of the request.
    "django.request": {"level": "ERROR", "filters": ["only_tracebacks"]},
    # It names the host, which is missing in ALLOWED_HOSTS more often than it is an attack.
    "django.security.DisallowedHost": {"level": "WARNING", "filters": ["without_traceback"]},
    # In debug mode it writes every statement with its values, secrets included.
    "django.db.backends": {"level": "INFO"},
    # Its jobs print what they did; only what they failed to do is news.
    "apscheduler": {"level": "WARNING"},
    # Failed logins and lock-outs, not each step of counting them.
    "axes": {"level": "WARNING"},
}


def logging_of(*, level: str, form: str) -> Document:
    """Return the configuration of logging for this level and this form, text or json."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "request_id": {"()": "core.ops.logs.WithRequestId"},
            "without_traceback": {"()": "core.ops.logs.WithoutTraceback"},
            "only_tracebacks": {"()": "core.ops.logs.OnlyTracebacks"},
        },
        "formatters": _FORMATTERS,
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": form,
                "filters": ["request_id"],
            }
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": _LOGGERS,
    }
