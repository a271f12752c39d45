"""Time-ordered identifiers."""

import os
import time
import uuid


def uuid7() -> uuid.UUID:
    """Return a UUID of version 7: milliseconds since 1970, their fraction, then random bits."""
    milliseconds, nanoseconds = divmod(time.time_ns(), 1_000_000)
    # The fraction, in 4096ths, keeps the ids that one request makes in order.
    fraction = nanoseconds * 4096 // 1_000_000
    value = milliseconds << 80 | fraction << 64 | int.from_bytes(os.urandom(8))
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return uuid.UUID(int=value)
