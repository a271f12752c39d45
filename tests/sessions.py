"""Sessions as people have them some time after their login."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager

import time_machine

from tests.client import DocumentedClient
from users.logins import RECENT
from users.models import User

NOW = datetime.datetime(2126, 3, 2, 10, 0, tzinfo=datetime.UTC)


@contextmanager
def old_session_of(user: User) -> Iterator[DocumentedClient]:
    """Give a browser whose login is just too old for what needs a recent one; it is NOW inside."""
    with time_machine.travel(NOW - RECENT, tick=False):
        browser = DocumentedClient()
        browser.force_login(user)
    with time_machine.travel(NOW, tick=False):
        yield browser
