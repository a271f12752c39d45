"""What a source asks of every event, and how its definition is stored."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

# Counts up when filters or values are read otherwise than before: all sources are made anew then.
VERSION = 4

Filter = Mapping[str, object]


class ValueKind(StrEnum):
    """How the value of a fact follows from its event."""

    NONE = "none"  # 1 for every event
    NUMBER = "number"  # a numeric property; 0 where there is none
    NUMBER_IF_ANY = "number_if_any"  # the same; null where there is none
    TEXT = "text"  # the stable number of a property as text; null where there is none
    PERSON = "person"  # whose event it is, for facts that belong to groups


@dataclass(frozen=True, slots=True)
class Value:
    """The value of a source's facts."""

    kind: ValueKind = ValueKind.NONE
    property: str = ""


@dataclass(frozen=True, slots=True)
class Matcher:
    """Which events match: by name (None: all of them) and by filters, all of which must hold."""

    event: str | None
    filters: tuple[Filter, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceDefinition:
    """The events that one of the matchers matches, their value, and whose facts they are.

    `entity` is None for persons, or the index of a group type.
    """

    matchers: tuple[Matcher, ...]
    value: Value = field(default_factory=Value)
    entity: int | None = None

    def as_text(self) -> str:
        """Return the definition as canonical JSON: equal definitions have equal texts."""
        document = {
            "version": VERSION,
            "matchers": [
                {"event": each.event, "filters": list(each.filters)} for each in self.matchers
            ],
            "value": {"kind": self.value.kind, "property": self.value.property},
            "entity": self.entity,
        }
        return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    @classmethod
    def from_text(cls, text: str) -> "SourceDefinition":
        """Return the definition that `as_text` wrote."""
        document = json.loads(text)
        matchers = tuple(
            Matcher(each["event"], tuple(each["filters"])) for each in document["matchers"]
        )
        value = document["value"]
        return cls(matchers, Value(ValueKind(value["kind"]), value["property"]), document["entity"])

    @property
    def reads_groups(self) -> bool:
        """Whether the facts depend on the groups that events belong to."""
        return self.entity is not None or self.value.property.startswith("$group_")

    @property
    def event_names(self) -> frozenset[str] | None:
        """The names of the events that can match; None when every event can."""
        names = [each.event for each in self.matchers]
        return None if None in names else frozenset(name for name in names if name is not None)
