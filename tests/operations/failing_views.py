"""Routes that fail as databases do."""

from django.db import OperationalError
from django.http import HttpRequest
from django.urls import path
from psycopg import errors

from core.db.transactions import use_case
from experiments_api.urls import handler500  # noqa: F401 (Django looks for it here)


def away(request: HttpRequest) -> None:
    raise OperationalError("no connection")


@use_case
def deadlock() -> None:
    try:
        raise errors.DeadlockDetected
    except errors.DeadlockDetected as error:
        raise OperationalError("deadlock detected") from error


def locked(request: HttpRequest) -> None:
    deadlock()


urlpatterns = [path("away/", away), path("deadlock/", locked)]
