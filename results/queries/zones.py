"""Days and hours of a time zone, as arithmetic over microseconds since 1970 UTC."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import pairwise

SECOND = 1_000_000
HOUR, DAY = 3_600 * SECOND, 86_400 * SECOND
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PROBE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Calendar:
    """A time zone between two moments: from when on which offset from UTC holds.

    `offsets` are (from when on, microseconds ahead of UTC), the first one from the beginning.
    """

    offsets: tuple[tuple[int, int], ...]

    @classmethod
    def between(cls, zone: tzinfo, start: int, end: int) -> "Calendar":
        """Return the calendar of a zone between two moments in microseconds."""
        # No event is older than the count of time.
        start, end = max(start, 0), max(end, 0)
        moments = [start]
        step = int(_PROBE.total_seconds()) * SECOND
        while moments[-1] < end:
            moments.append(min(moments[-1] + step, end))
        offsets = [(start, _offset(zone, start))]
        for earlier, later in pairwise(moments):
            if _offset(zone, earlier) != _offset(zone, later):
                offsets.append((_change(zone, earlier, later), _offset(zone, later)))
        return cls(tuple(offsets))

    def local(self, column: str) -> str:
        """Return the SQL of a moment as microseconds since 1970 in local time."""
        if len(self.offsets) == 1:
            return f"({column} + {self.offsets[0][1]})"
        later = reversed(self.offsets[1:])
        cases = " ".join(f"WHEN {column} >= {since} THEN {offset}" for since, offset in later)
        return f"({column} + CASE {cases} ELSE {self.offsets[0][1]} END)"

    def truncated(self, column: str, unit: int) -> str:
        """Return the SQL of a moment's start of the local day or hour, in local time."""
        local = self.local(column)
        return f"({local} - {local} % {unit})"


def microseconds(moment: datetime) -> int:
    """Return the microseconds since 1970 UTC of a moment, which must have a time zone."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def in_zone(moment: datetime, zone: tzinfo) -> datetime:
    """Return a moment in a zone, or as it is where that would lie outside the years 1 to 9999."""
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment


def local_days(start: datetime, end: datetime, zone: tzinfo, *, most: int) -> list[date]:
    """Return the days of a zone from one moment to another; of too many the last ones."""
    last = in_zone(end, zone).toordinal()
    first = max(in_zone(start, zone).toordinal(), last - most + 1, 1)
    return [date.fromordinal(day) for day in range(first, last + 1)]


def _offset(zone: tzinfo, moment: int) -> int:
    offset = (_EPOCH + timedelta(microseconds=moment)).astimezone(zone).utcoffset()
    return (offset or timedelta()) // timedelta(microseconds=1)


def _change(zone: tzinfo, earlier: int, later: int) -> int:
    """Return the second at which the later offset begins to hold; by bisection."""
    wanted = _offset(zone, later)
    while later - earlier > SECOND:
        middle = (earlier + later) // 2
        earlier, later = (earlier, middle) if _offset(zone, middle) == wanted else (middle, later)
    return later - later % SECOND
