"""Whom flags are evaluated for."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from evaluation.engine.hashing import identifier_of
from evaluation.engine.outcomes import Outcome

Properties = Mapping[str, object]

_INITIAL = "$initial_"


@dataclass(slots=True)
class Subject:
    """A person, a device and groups as one request names them, with their properties."""

    distinct_id: str
    person_properties: Properties = field(default_factory=dict)
    anonymous_id: str | None = None
    device_id: str | None = None
    # By group type index.
    group_keys: Mapping[int, str] = field(default_factory=dict)
    group_properties: Mapping[int, Properties] = field(default_factory=dict)
    # By flag key: what is hashed in place of the distinct id, so that a variant stays.
    hash_keys: Mapping[str, str] = field(default_factory=dict)
    # Static cohorts that the person is a member of.
    static_cohort_ids: Collection[int] = ()

    # Filled while flags are evaluated: results by flag key, memberships by cohort id.
    results: dict[str, Outcome] = field(default_factory=dict)
    memberships: dict[int, bool] = field(default_factory=dict)
    identifier: bytes = field(init=False)
    device_identifier: bytes = field(init=False)
    group_identifiers: dict[int, bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.identifier = identifier_of(self.distinct_id)
        self.device_identifier = identifier_of(self.device_id) if self.device_id else b""
        self.group_identifiers = {
            index: identifier_of(key) for index, key in self.group_keys.items()
        }

    def add_group(self, index: int, key: str, properties: Properties) -> None:
        """Put the subject into a group of the type with this index."""
        self.group_keys = {**self.group_keys, index: key}
        self.group_properties = {**self.group_properties, index: properties}
        self.group_identifiers[index] = identifier_of(key)


def merged_properties(
    *, stored: Properties, sent: Properties, distinct_id: str, initial_keys: Collection[str] = ()
) -> Properties:
    """Return the person properties to evaluate with: stored ones, overridden by those sent.

    A missing `$initial_…` property that a flag asks for (one of `initial_keys`) has the value of
    its counterpart in the request.
    """
    merged = {**stored, "distinct_id": distinct_id, **sent}
    for key in initial_keys:
        counterpart = _counterpart(key)
        if key not in merged and counterpart in sent:
            merged[key] = sent[counterpart]
    return merged


def is_initial(key: str) -> bool:
    """Tell whether a property is about the first time somebody was seen."""
    return key.startswith(_INITIAL)


def _counterpart(initial_key: str) -> str:
    name = initial_key.removeprefix(_INITIAL)
    return name if name.startswith("utm_") else f"${name}"
