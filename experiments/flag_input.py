"""Reading `feature_flag` as a client sends it with an experiment."""

from collections.abc import Mapping

from core.exceptions import RuleBroken
from experiments.flag_settings import CONTINUITY, INDEX, FlagSettings
from feature_flags.filters import CONTROL

Document = Mapping[str, object]

_MEMBERS = frozenset({"id", "key", "filters", CONTINUITY})
_FILTERS = frozenset({"multivariate", "groups", INDEX, "payloads"})
_GROUP = frozenset({"rollout_percentage", "properties"})


def read_flag_input(sent: object, *, key: str | None) -> FlagSettings:
    """Return what the client wants of the flag; nothing when it repeats what it read.

    :raises RuleBroken: for anything that is neither understood nor a repetition.
    """
    if sent is None:
        return FlagSettings()
    if not isinstance(sent, dict):
        raise RuleBroken("feature_flag must be an object.")
    if sent.get("id") is not None:
        # What a GET showed comes back: it asks for nothing.
        return FlagSettings()
    _check_members(sent, _MEMBERS, "feature_flag")
    if sent.get("key") not in (None, key):
        raise RuleBroken("The key of the flag is told by feature_flag_key.")
    settings = _filters(sent.get("filters"))
    continuity = sent.get(CONTINUITY)
    if not isinstance(continuity, bool | None):
        raise RuleBroken(f"{CONTINUITY} must be true, false or null.")
    if continuity is not None:
        settings["ensure_experience_continuity"] = continuity
    return settings


def _filters(filters: object) -> FlagSettings:
    settings = FlagSettings()
    if filters is None:
        return settings
    if not isinstance(filters, dict):
        raise RuleBroken("filters must be an object.")
    _check_members(filters, _FILTERS, "filters")
    variants = _variants(filters.get("multivariate"))
    if variants:
        settings["variants"] = variants
    settings |= _rollout(filters.get("groups"))
    if INDEX in filters:
        settings["group_type_index"] = filters[INDEX]
    payloads = filters.get("payloads")
    if not isinstance(payloads, dict | None):
        raise RuleBroken("payloads must be an object.")
    if payloads is not None:
        settings["payloads"] = payloads
    return settings


def _variants(multivariate: object) -> list[dict[str, object]]:
    if multivariate is None:
        return []
    if not isinstance(multivariate, dict) or not isinstance(multivariate.get("variants"), list):
        raise RuleBroken("multivariate must be null or an object with a list of variants.")
    variants = multivariate["variants"]
    _check_members(multivariate, frozenset({"variants"}), "multivariate")
    return _with_control([_variant(each) for each in variants])


def _variant(sent: object) -> dict[str, object]:
    if not isinstance(sent, dict) or not isinstance(sent.get("key"), str) or not sent["key"]:
        raise RuleBroken("Every variant must be an object with a key.")
    share = sent.get("split_percent", sent.get("rollout_percentage"))
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 100:
        raise RuleBroken("Every variant needs a rollout_percentage from 0 to 100.")
    if not isinstance(sent.get("name"), str | None):
        raise RuleBroken("The name of a variant must be a text or null.")
    name = {"name": sent["name"]} if sent.get("name") is not None else {}
    return {"key": sent["key"], **name, "rollout_percentage": share}


def _with_control(variants: list[dict[str, object]]) -> list[dict[str, object]]:
    keys = [variant["key"] for variant in variants]
    spelled = [key for key in keys if isinstance(key, str) and key.lower() == CONTROL]
    if CONTROL in keys or len(spelled) != 1:
        return variants
    return [
        variant | {"key": CONTROL} if variant["key"] == spelled[0] else variant
        for variant in variants
    ]


def _rollout(groups: object) -> FlagSettings:
    if groups is None or groups == []:
        return FlagSettings()
    if not isinstance(groups, list) or len(groups) > 1 or not isinstance(groups[0], dict):
        raise RuleBroken("groups must be a list of at most one object.")
    [group] = groups
    _check_members(group, _GROUP, "groups[0]")
    if group.get("properties", []) != []:
        raise RuleBroken("Set conditions on properties on the feature flag itself.")
    share = group.get("rollout_percentage", 100)
    return FlagSettings(rollout_percentage=100 if share is None else share)


def _check_members(document: Document, known: frozenset[str], place: str) -> None:
    unknown = sorted(map(str, document.keys() - known))
    if unknown:
        raise RuleBroken(f"{place} does not take {', '.join(unknown)}.")
