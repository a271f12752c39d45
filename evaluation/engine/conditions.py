"""The property filters of a condition set, compiled to one predicate over a subject."""

from collections.abc import Callable, Iterable, Mapping

from evaluation.engine.cohorts import Cohorts, compile_cohort_filter
from evaluation.engine.subjects import Subject
from property_filters import Predicate, UnreadableFilter, compile_filters

Check = Callable[[Subject], bool]
# Keys of flags by their ids, as text; None for those that are not served to anybody.
FlagKeys = Mapping[str, str | None]


def compile_properties(
    properties: object, *, group_type: int | None, flag_keys: FlagKeys, cohorts: Cohorts
) -> Check | None:
    """Return the predicate that all filters are met: flags first, cohorts last; None for no filter.

    :raises UnreadableFilter: when one of the filters can never be met.
    """
    wanted = _documents(properties)
    by_type = _by_type(wanted)
    checks = [_compile_flag_filter(each, flag_keys) for each in by_type.pop("flag", ())]
    in_cohorts = [compile_cohort_filter(each, cohorts) for each in by_type.pop("cohort", ())]
    plain = [each for documents in by_type.values() for each in documents]
    if plain:
        checks.append(_compile_plain(compile_filters(plain), group_type))
    checks += in_cohorts
    if len(checks) <= 1:
        return checks[0] if checks else None
    return lambda subject: all(check(subject) for check in checks)


def property_keys(properties: object) -> Iterable[str]:
    """Return the keys of the person or group properties that a condition set asks for."""
    return (
        key
        for each in _documents(properties)
        if each.get("type") not in ("flag", "cohort") and isinstance(key := each.get("key"), str)
    )


def _documents(properties: object) -> list[Mapping[str, object]]:
    if properties is None:
        return []
    if not isinstance(properties, list) or not all(isinstance(one, Mapping) for one in properties):
        raise UnreadableFilter("The properties of a condition are a list of objects.")
    return properties


def _by_type(
    wanted: Iterable[Mapping[str, object]],
) -> dict[str, list[Mapping[str, object]]]:
    found: dict[str, list[Mapping[str, object]]] = {}
    for each in wanted:
        kind = each.get("type")
        found.setdefault(kind if isinstance(kind, str) else "", []).append(each)
    return found


def _compile_plain(meets: Predicate, group_type: int | None) -> Check:
    if group_type is None:
        return lambda subject: meets(subject.person_properties)
    return lambda subject: meets(properties_in(subject, group_type))


def _compile_flag_filter(wanted: Mapping[str, object], flag_keys: FlagKeys) -> Check:
    expected = wanted.get("value")
    if wanted.get("operator") != "flag_evaluates_to" or not isinstance(expected, bool | str):
        raise UnreadableFilter("Flags evaluate to true, false or a variant.")
    key = flag_keys.get(str(wanted.get("key")))
    if key is None:
        # A flag that is served to nobody counts as false.
        return lambda _: expected is False
    return lambda subject: (
        value_in(subject, key) == expected
        or (expected is True and value_in(subject, key) is not False)
    )


def properties_in(subject: Subject, group_type: int | None) -> Mapping[str, object]:
    """Return the properties of the person, or of the group of this type."""
    if group_type is None:
        return subject.person_properties
    return subject.group_properties.get(group_type) or {}


def value_in(subject: Subject, key: str | None) -> bool | str:
    """Return what a flag gave the subject; false for one that is served to nobody."""
    outcome = None if key is None else subject.results.get(key)
    return False if outcome is None else outcome.value
