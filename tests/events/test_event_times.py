import pytest

from events.event_times import event_time, read_time

SECOND = 1_000_000
NOW = 1_767_225_600 * SECOND  # 2026-01-01
HOUR = 3600 * SECOND
AT = "2025-12-31T23:00:00Z"


@pytest.mark.parametrize(
    ("event", "sent", "expected"),
    [
        ({}, None, NOW),
        ({"timestamp": AT}, None, NOW - HOUR),
        ({"timestamp": AT}, NOW - HOUR, NOW),
        ({"timestamp": AT}, NOW + HOUR, NOW - 2 * HOUR),
        ({"timestamp": AT, "properties": {"$ignore_sent_at": True}}, NOW + HOUR, NOW - HOUR),
        ({"timestamp": AT, "offset": 1500}, NOW, NOW - 1_500_000),
        ({"offset": 0}, None, NOW),
        ({"timestamp": "2026-01-01T22:59:00Z"}, None, NOW + 23 * HOUR - 60 * SECOND),
        ({"timestamp": "2026-01-02T00:00:00Z"}, None, NOW),
        ({"timestamp": "9999-12-31T00:00:00Z"}, None, NOW),
        ({"timestamp": "+12345-01-01T00:00:00Z"}, None, 0),
        ({"timestamp": "yesterday"}, None, NOW),
        ({"timestamp": {}}, None, NOW),
        ({"offset": True}, None, NOW),
        ({"offset": 1e300}, None, 0),
        ({"offset": 1e306}, None, 0),
        ({"offset": -(10**400)}, None, 0),
        ({"timestamp": -62_135_596_800}, None, -62_135_596_800 * SECOND),
        ({"timestamp": -62_135_596_801}, None, 0),
    ],
    ids=str,
)
def test_event_time__any_claim__by_the_rules(event, sent, expected):
    assert event_time(event, now=NOW, sent=sent) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-01T00:00:00Z", NOW),
        ("2026-01-01T00:00:00.123456Z", NOW + 123_456),
        ("2026-01-01T00:00:00.123456789Z", NOW + 123_456),
        ("2026-01-01T00:00:00.1Z", NOW + 100_000),
        ("2026-01-01T02:00:00+02:00", NOW),
        ("2026-01-01T02:00:00+02", NOW),
        ("2026-01-01 00:00:00", NOW),
        ("2026-01-01", NOW),
        ("1767225600", NOW),
        ("1767225600000", NOW),
        (1_767_225_600, NOW),
        (1_767_225_600.5, NOW + 500_000),
        ("", None),
        ("x" * 100, None),
        ("2026-13-01", None),
        (True, None),
        ([], None),
        (None, None),
    ],
    ids=str,
)
def test_read_time__any_notation__microseconds(text, expected):
    assert read_time(text) == expected
