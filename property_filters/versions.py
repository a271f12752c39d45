"""Comparisons of semantic versions (semver.org), and ranges of them."""

import re
from collections.abc import Callable
from functools import lru_cache

from semver import Version

from property_filters.errors import refusal
from property_filters.texts import Test

MAX_VERSION_LENGTH = 256
# From the first version, before the second one.
Range = tuple[Version, Version]
# The answers that one filter keeps.
_MAX_CACHED_VERSIONS = 128
_WILDCARD = re.compile(r"([0-9]+)(?:\.([0-9]+))?\.\*(\.\*)?", re.ASCII)
_LEADING_ZEROS = re.compile(r"^0+(?=[0-9])", re.ASCII)


def compare(wanted: object, relation: Callable[[Version, Version], bool]) -> Test:
    """Return a test for a relation to a version.

    A property that is no version does not meet it; a filter that is none raises `NotComparable`.
    """
    bound = parse_version(wanted)
    if bound is None:
        return refusal("not a version")
    return _of_versions(lambda version: relation(version, bound))


def is_near(wanted: object) -> Test:
    """Return a test for the range of `~1.2.3`: from it to before 1.3.0."""
    return _within(near_range(wanted), "not a version")


def is_compatible(wanted: object) -> Test:
    """Return a test for the range of `^1.2.3`: the first part that is not zero stays."""
    return _within(compatible_range(wanted), "not a version")


def matches_wildcard(wanted: object) -> Test:
    """Return a test for the range of `1.2.*` or `1.*`."""
    return _within(wildcard_range(wanted), "not a wildcard")


def near_range(wanted: object) -> Range | None:
    """Return the range of `~1.2.3`; None for what is no version."""
    low = parse_version(wanted)
    return None if low is None else (low, Version(low.major, low.minor + 1))


def compatible_range(wanted: object) -> Range | None:
    """Return the range of `^1.2.3`; None for what is no version."""
    low = parse_version(wanted)
    if low is None:
        return None
    if low.major:
        return low, Version(low.major + 1)
    if low.minor:
        return low, Version(0, low.minor + 1)
    return low, Version(0, 0, low.patch + 1)


def wildcard_range(wanted: object) -> Range | None:
    """Return the range of `1.2.*` or `1.*`; None for what is no wildcard."""
    text = _core(wanted)
    found = _WILDCARD.fullmatch(text) if text is not None else None
    # `1.2.*.*` has four parts.
    if found is None or (found[2] and found[3]):
        return None
    major, minor = int(found[1]), found[2]
    if minor is None:
        return Version(major), Version(major + 1)
    return Version(major, int(minor)), Version(major, int(minor) + 1)


def parse_version(value: object) -> Version | None:
    """Return a version, overlooking a leading `v`, missing parts and leading zeros; or None."""
    text = _core(value)
    return None if text is None else _parse(text)


def _of_versions(meets: Callable[[Version], bool]) -> Test:
    # People have few versions between them, and parsing takes ten times as long as finding one.
    @lru_cache(maxsize=_MAX_CACHED_VERSIONS)
    def test_text(text: str) -> bool:
        version = _parse(text)
        return version is not None and meets(version)

    def test(value: object) -> bool:
        text = _core(value)
        return text is not None and test_text(text)

    return test


def _parse(text: str) -> Version | None:
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


def _within(ends: Range | None, refused: str) -> Test:
    if ends is None:
        return refusal(refused)
    low, end = ends

    def is_within(version: Version) -> bool:
        if version.prerelease and not _is_sibling(version, low):
            return False
        return low <= version < end

    return _of_versions(is_within)


def _is_sibling(version: Version, low: Version) -> bool:
    # A pre-release is in a range only if the range begins with a pre-release of the same version.
    same = version.finalize_version() == low.finalize_version()
    return low.prerelease is not None and same
