"""Access levels: their scales, and which one a person has by the rules of a project."""

from collections.abc import Iterable
from dataclasses import dataclass

PROJECT = "project"
EXPERIMENT = "experiment"
HOLDOUT = "experiment_holdout"
SAVED_METRIC = "experiment_saved_metric"
FEATURE_FLAG = "feature_flag"
ACTION = "action"
ACTIVITY_LOG = "activity_log"
NONE = "none"

# What there can be rules about as a whole.
RULED_KINDS = (EXPERIMENT, FEATURE_FLAG, ACTION, ACTIVITY_LOG)
# What a rule about all experiments says holds for these as well.
_PARENTS = {HOLDOUT: EXPERIMENT, SAVED_METRIC: EXPERIMENT}


@dataclass(frozen=True)
class AccessScale:
    """The levels of a kind of thing, the lowest first, and what they are good for."""

    levels: tuple[str, ...]
    reading: str
    writing: str
    default: str

    @property
    def highest(self) -> str:
        return self.levels[-1]

    def reaches(self, level: str, wanted: str) -> bool:
        """Tell whether a level is the wanted one or above it."""
        return self.levels.index(level) >= self.levels.index(wanted)

    def best(self, levels: Iterable[str]) -> str:
        """Return the highest of these levels."""
        return max(levels, key=self.levels.index)


_ORDINARY = AccessScale(
    (NONE, "viewer", "editor", "manager"), reading="viewer", writing="editor", default="editor"
)
_SCALES = {
    PROJECT: AccessScale(
        (NONE, "member", "admin"), reading="member", writing="admin", default="admin"
    ),
    ACTIVITY_LOG: AccessScale(
        (NONE, "viewer"), reading="viewer", writing="viewer", default="viewer"
    ),
}


@dataclass(frozen=True)
class Rule:
    """A rule that concerns a person, about one object or, without an id, about all of a kind.

    It is personal when it names the person or one of their roles, and not one for everybody.
    """

    resource: str
    resource_id: str | None
    level: str
    is_personal: bool


@dataclass(frozen=True)
class Hidden:
    """Which objects of a kind a person must not see: these, or all but these."""

    ids: frozenset[str]
    is_all_but: bool = False


class AccessRules:
    """The rules that concern one person, in the order in which they count."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self._personal: dict[tuple[str, str], str] = {}
        self._common: dict[tuple[str, str], str] = {}
        self._of_kind: dict[str, str] = {}
        self.add(rules)

    def add(self, rules: Iterable[Rule]) -> None:
        """Take in more rules."""
        for rule in rules:
            self._note(rule)

    def level_of_kind(self, resource: str) -> str:
        """Return the level for all things of a kind, such as for creating one."""
        return self._of_kind.get(parent_of(resource)) or scale_of(resource).default

    def level_of_object(self, resource: str, object_id: str) -> str:
        """Return the level for one object, whoever made it."""
        return self.told_of_object(resource, object_id) or scale_of(resource).default

    def told_of_object(self, resource: str, object_id: str) -> str | None:
        """Return the level that the rules give for one object, or None when they say nothing."""
        place = (resource, object_id)
        return (
            self._personal.get(place)
            or self._of_kind.get(parent_of(resource))
            or self._common.get(place)
        )

    def hidden(self, resource: str) -> Hidden:
        """Return which objects of a kind have the level `none`."""
        if self._of_kind.get(parent_of(resource)) == NONE:
            shown = [
                object_id
                for (kind, object_id), level in self._personal.items()
                if kind == resource and level != NONE
            ]
            return Hidden(frozenset(shown), is_all_but=True)
        told = {object_id for kind, object_id in self._personal | self._common if kind == resource}
        return Hidden(frozenset(i for i in told if self.level_of_object(resource, i) == NONE))

    def _note(self, rule: Rule) -> None:
        scale = scale_of(rule.resource)
        if rule.resource_id is None:
            known = self._of_kind.get(rule.resource, rule.level)
            self._of_kind[rule.resource] = scale.best((known, rule.level))
            return
        levels = self._personal if rule.is_personal else self._common
        place = (rule.resource, rule.resource_id)
        levels[place] = scale.best((levels.get(place, rule.level), rule.level))


def scale_of(resource: str) -> AccessScale:
    """Return the levels that things of this kind know."""
    return _SCALES.get(resource, _ORDINARY)


def parent_of(resource: str) -> str:
    """Return the kind whose rules about all of its things hold for this kind."""
    return _PARENTS.get(resource, resource)
