"""Which database holds events: a file of their own beside SQLite, the same one on PostgreSQL."""

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model

EVENTS = "events"
FACTS = "facts"
_OF_FACTS = frozenset({"source", "fact"})


def events_alias() -> str:
    """Return the alias of the database that holds events, people and groups."""
    return EVENTS if EVENTS in settings.DATABASES else DEFAULT_DB_ALIAS


def facts_alias() -> str:
    """Return the alias of the database that holds sources and facts."""
    return FACTS if FACTS in settings.DATABASES else DEFAULT_DB_ALIAS


class EventsRouter:
    """Sends the models of this app to their database, and keeps all others out of it."""

    def db_for_read(self, model: type[Model], **hints: object) -> str | None:
        return self._alias(model._meta.app_label, model._meta.model_name)  # noqa: SLF001

    db_for_write = db_for_read

    def allow_migrate(
        self, db: str, app_label: str, model_name: str | None = None, **hints: object
    ) -> bool | None:
        own = self._alias(app_label, model_name)
        if own is not None:
            return db == own
        return False if db in (EVENTS, FACTS) else None

    def _alias(self, app_label: str, model_name: str | None) -> str | None:
        if app_label != "events":
            return None
        return facts_alias() if model_name in _OF_FACTS else events_alias()
