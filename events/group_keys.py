"""The groups of an event: by the names of their types, as SDKs send them, and by their indexes."""

from collections.abc import Mapping

from events.wire import text_of

# Longer keys are cut, types with longer names do not exist.
MAX_KEY = MAX_TYPE_NAME = 400

Properties = Mapping[str, object]


def group_types_in(properties: Properties) -> list[str]:
    """Return the names of the group types that `$groups` names."""
    groups = properties.get("$groups")
    names = map(text_of, groups) if isinstance(groups, dict) else ()
    return [name for name in names if is_type_name(name)]


def is_type_name(name: str) -> bool:
    """Tell whether there can be a group type of that name."""
    return 0 < len(name) <= MAX_TYPE_NAME


def group_key(value: object) -> str:
    """Return the key of a group as it is stored; empty when the value is none."""
    return "" if isinstance(value, dict | list) else text_of(value)[:MAX_KEY]


def with_group_keys(properties: Properties, types: Mapping[str, int]) -> Properties:
    """Return the properties with `$group_<index>` for each of `$groups` whose type has an index.

    Those that are there already stay as they are.
    """
    groups = properties.get("$groups")
    if not types or not isinstance(groups, dict):
        return properties
    keys = {
        f"$group_{types[name]}": key
        for named, value in groups.items()
        if (name := text_of(named)) in types and (key := group_key(value))
    }
    return {**keys, **properties}
