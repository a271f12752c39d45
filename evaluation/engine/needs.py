"""What the filters of flags ask for: other flags, properties, cohorts."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain

from evaluation.engine.cohorts import Cohorts, cohort_id
from evaluation.engine.definitions import FlagDefinition
from evaluation.engine.identifiers import group_type_of
from evaluation.engine.subjects import is_initial

Document = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Needs:
    """What has to be known of a subject before flags can be evaluated for it."""

    person_keys: frozenset[str] = frozenset()
    # By group type index.
    group_keys: Mapping[int, frozenset[str]] = field(default_factory=dict)
    group_types: frozenset[int] = frozenset()
    # Whether somebody has to be looked up among the members of static cohorts.
    static_cohorts: bool = False

    @property
    def initial_keys(self) -> list[str]:
        """Return the properties about the first time somebody was seen."""
        return [key for key in self.person_keys if is_initial(key)]


def needs_of(flags: Iterable[FlagDefinition], *, cohorts: Cohorts) -> Needs:
    """Return what the flags ask for; of cohorts, what those ask for that were compiled so far."""
    flags = [*flags]
    has_cohorts = any(asked_cohorts(flag.filters) for flag in flags)
    person_keys, group_keys = set[str](), dict[int, set[str]]()
    if has_cohorts:
        person_keys |= cohorts.property_keys
    for flag in flags:
        if flag.filters.get("feature_enrollment") is True:
            person_keys.add(f"$feature_enrollment/{flag.key}")
        for group_type, key in _property_keys(flag.filters):
            wanted = person_keys if group_type is None else group_keys.setdefault(group_type, set())
            wanted.add(key)
    return Needs(
        frozenset(person_keys),
        {index: frozenset(keys) for index, keys in group_keys.items()},
        frozenset(chain.from_iterable(_group_types(flag.filters) for flag in flags)),
        has_cohorts and cohorts.has_static,
    )


def needed_flags(filters: Document) -> set[str]:
    """Return the ids, as text, of the flags that the filters depend on."""
    return {
        str(wanted.get("key"))
        for group in _condition_sets(filters)
        for wanted in _properties(group)
        if wanted.get("type") == "flag"
    }


def asked_cohorts(filters: Document) -> set[int]:
    """Return the ids of the cohorts whose members the filters ask for."""
    return {
        cohort_id(wanted.get("value"))
        for group in _condition_sets(filters)
        for wanted in _properties(group)
        if wanted.get("type") == "cohort"
    }


def is_continuous(flag: FlagDefinition) -> bool:
    """Tell whether people keep the variant of the flag when they log in."""
    if not flag.ensure_experience_continuity or flag.is_by_device:
        return False
    return group_type_of(flag.filters) is None


def _group_types(filters: Document) -> Iterator[int]:
    default = filters.get("aggregation_group_type_index")
    documents = [filters, *_objects(filters.get("groups"))]
    found = (group_type_of(each, default=default) for each in documents)
    return (index for index in found if index is not None)


def _property_keys(filters: Document) -> Iterator[tuple[int | None, str]]:
    default = filters.get("aggregation_group_type_index")
    for group in _condition_sets(filters):
        for wanted in _properties(group):
            key = wanted.get("key")
            if wanted.get("type") not in ("flag", "cohort") and isinstance(key, str):
                yield group_type_of(group, default=default), key


def _condition_sets(filters: Document) -> Iterator[Document]:
    for member in ("groups", "super_groups"):
        yield from _objects(filters.get(member))


def _properties(group: Document) -> Iterator[Document]:
    return _objects(group.get("properties"))


def _objects(value: object) -> Iterator[Document]:
    # What is broken is told when the flag is compiled.
    return (
        (each for each in value if isinstance(each, Mapping))
        if isinstance(value, list)
        else iter(())
    )
