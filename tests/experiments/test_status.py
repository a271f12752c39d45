from datetime import UTC, datetime

import pytest

from experiments.status import Status, status_of

EARLY, LATE = datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end", "status"),
    [
        (None, None, Status.DRAFT),
        (None, LATE, Status.DRAFT),
        (EARLY, None, Status.RUNNING),
        (EARLY, LATE, Status.STOPPED),
        (LATE, EARLY, Status.STOPPED),
    ],
    ids=str,
)
def test_status_of__dates__tell_the_status(start, end, status):
    assert status_of(start_date=start, end_date=end) is status
