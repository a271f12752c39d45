"""Comparisons of semantic versions (semver.org), and ranges of them."""

import re
from collections.abc import Callable

from semver import Version

from property_filters.errors import refusal
from property_filters.texts import Test

MAX_VERSION_LENGTH = 256
_WILDCARD = re.compile(r"([0-9]+)(?:\.([0-9]+))?\.\*(\.\*)?", re.ASCII)
_LEADING_ZEROS = re.compile(r"^0+(?=[0-9])", re.ASCII)


def compare(wanted: object, relation: Callable[[Version, Version], bool]) -> Test:
    """Return a test for a relation to a version.

    A property that is no version does not meet it; a filter that is none raises `NotComparable`.
    """
    bound = parse_version(wanted)
    if bound is None:
        return refusal("not a version")

    def test(value: object) -> bool:
        version = parse_version(value)
        return version is not None and relation(version, bound)

    return test


def is_near(wanted: object) -> Test:
    """Return a test for the range of `~1.2.3`: from it to before 1.3.0."""
    low = parse_version(wanted)
    return _within(low, low and Version(low.major, low.minor + 1))


def is_compatible(wanted: object) -> Test:
    """Return a test for the range of `^1.2.3`: the first part that is not zero stays."""
    low = parse_version(wanted)
    if low is None or low.major:
        return _within(low, low and Version(low.major + 1))
    if low.minor:
        return _within(low, Version(0, low.minor + 1))
    return _within(low, Version(0, 0, low.patch + 1))


def matches_wildcard(wanted: object) -> Test:
    """Return a test for the range of `1.2.*` or `1.*`."""
    text = _core(wanted)
    found = _WILDCARD.fullmatch(text) if text is not None else None
    # `1.2.*.*` has four parts.
    if found is None or (found[2] and found[3]):
        return refusal("not a wildcard")
    major, minor = int(found[1]), found[2]
    if minor is None:
        return _within(Version(major), Version(major + 1))
    return _within(Version(major, int(minor)), Version(major, int(minor) + 1))


def parse_version(value: object) -> Version | None:
    """Return a version, overlooking a leading `v`, missing parts and leading zeros; or None."""
    text = _core(value)
    if text is None:
        return None
    core = re.split(r"[-+]", text, maxsplit=1)[0]
    parts = [_LEADING_ZEROS.sub("", part) for part in core.split(".")]
    parts += ["0"] * (3 - len(parts))
    try:
        return Version.parse(".".join(parts) + text[len(core) :])
    except ValueError:
        return None


def _core(value: object) -> str | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or len(value) > MAX_VERSION_LENGTH or not value.isascii():
        return None
    return value.strip().removeprefix("v").strip()


def _within(low: Version | None, end: Version | None) -> Test:
    if low is None or end is None:
        return refusal("not a version")

    def test(value: object) -> bool:
        version = parse_version(value)
        if version is None or (version.prerelease and not _is_sibling(version, low)):
            return False
        return low <= version < end

    return test


def _is_sibling(version: Version, low: Version) -> bool:
    # A pre-release is in a range only if the range begins with a pre-release of the same version.
    same = version.finalize_version() == low.finalize_version()
    return low.prerelease is not None and same
