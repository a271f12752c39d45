from datetime import UTC, datetime, timedelta
from uuid import RFC_4122, UUID

import time_machine

from core.identifiers import uuid7, uuid7_text

MOMENT = datetime(2026, 3, 5, 8, 0, tzinfo=UTC)


def test_uuid7__any__of_its_version_and_time():
    with time_machine.travel(MOMENT, tick=False):
        made = uuid7()

    assert (made.version, made.variant) == (7, RFC_4122)
    assert made.int >> 80 == MOMENT.timestamp() * 1000


def test_uuid7__within_one_millisecond__in_order():
    made = []
    for microseconds in range(0, 2000, 50):
        with time_machine.travel(MOMENT + timedelta(microseconds=microseconds), tick=False):
            made.append(uuid7())

    assert made == sorted(made)


def test_uuid7__at_the_same_moment__all_different():
    with time_machine.travel(MOMENT, tick=False):
        made = {uuid7() for _ in range(1000)}

    assert len(made) == 1000


def test_uuid7_text__any__as_a_uuid_of_its_version_is_written():
    made = uuid7_text()

    assert made == str(UUID(made))
    assert UUID(made).version == 7
