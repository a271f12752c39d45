"""The algorithm once more, written as plainly as it is described: nothing compiled, no shortcut."""

import hashlib

from property_filters import NotComparable, UnreadableFilter, compile_filters

PRIORITY = {
    "super_condition_value": 6,
    "holdout_condition_value": 5,
    "condition_match": 4,
    "out_of_rollout_bound": 3,
    "no_condition_match": 2,
    "no_group_type": 1,
}
NO_IDENTIFIER = object()


def hashed(text):
    return int(hashlib.sha1(text.encode()).hexdigest()[:15], 16) / float(0xFFFFFFFFFFFFFFF)  # noqa: S324


def evaluate_all(flags, subject):
    by_id = {str(flag.id): flag for flag in flags}
    return {
        flag.key: evaluate(flag, by_id, subject)
        for flag in flags
        if flag.active and not flag.deleted
    }


def evaluate(flag, by_id, subject):
    """Return value, reason, condition index."""
    if any(each not in by_id for each in needed(flag)) or needs_itself(flag, by_id):
        return False, "missing_dependency", None
    if is_held_out(flag, subject):
        return f"holdout-{flag.filters['holdout']['id']}", "holdout_condition_value", None
    best = (False, "no_group_type", None)
    for index, group in enumerate(flag.filters["groups"]):
        value, reason = try_condition(flag, group, by_id, subject)
        if reason == "condition_match":
            return value, reason, index
        if flag.filters.get("early_exit") and reason == "out_of_rollout_bound":
            return False, reason, index
        if PRIORITY[reason] >= PRIORITY[best[1]]:
            best = (False, reason, index)
    return best


def is_held_out(flag, subject):
    holdout = flag.filters.get("holdout")
    if not holdout:
        return False
    aggregation = flag.filters.get("aggregation_group_type_index")
    identifier = identifier_of(flag, aggregation, subject)
    if identifier is NO_IDENTIFIER:
        identifier = subject.distinct_id if aggregation is None else ""
    percentage = max(0, min(100, holdout["exclusion_percentage"]))
    return percentage == 100 or hashed("holdout-" + identifier[:200]) <= percentage / 100


def try_condition(flag, group, by_id, subject):
    aggregation = group.get(
        "aggregation_group_type_index", flag.filters.get("aggregation_group_type_index")
    )
    identifier = identifier_of(flag, aggregation, subject, stored=True)
    if identifier is NO_IDENTIFIER:
        return False, "out_of_rollout_bound" if aggregation is None else "no_group_type"
    if not all(meets(each, aggregation, by_id, subject) for each in group["properties"]):
        return False, "no_condition_match"
    identifier = identifier[:200]
    percentage = group.get("rollout_percentage")
    if percentage is not None and percentage < 100:
        position = hashed(f"{flag.key}.{identifier}") if identifier else 0.0
        if position > percentage / 100:
            return False, "out_of_rollout_bound"
    return variant_of(flag, group, identifier), "condition_match"


def variant_of(flag, group, identifier):
    variants = (flag.filters.get("multivariate") or {}).get("variants", [])
    if group.get("variant") in [variant["key"] for variant in variants]:
        return group["variant"]
    position = hashed(f"{flag.key}.{identifier}variant") if identifier else 0.0
    bound = 0.0
    for variant in variants:
        bound += variant["rollout_percentage"] / 100
        if position < bound:
            return variant["key"]
    return True


def identifier_of(flag, aggregation, subject, *, stored=False):
    if aggregation is not None:
        return subject.group_keys.get(aggregation, NO_IDENTIFIER)
    if flag.bucketing_identifier == "device_id":
        return subject.device_id or NO_IDENTIFIER
    if stored and flag.ensure_experience_continuity and flag.key in subject.hash_keys:
        return subject.hash_keys[flag.key]
    if flag.ensure_experience_continuity and subject.anonymous_id is not None:
        return subject.anonymous_id
    return subject.distinct_id


def meets(wanted, aggregation, by_id, subject):
    if wanted["type"] == "flag":
        needed_flag = by_id[wanted["key"]]
        served = needed_flag.active and not needed_flag.deleted
        value = evaluate(needed_flag, by_id, subject)[0] if served else False
        if wanted["value"] is True:
            return value is not False
        return value == wanted["value"]
    if aggregation is None:
        properties = subject.person_properties
    else:
        properties = subject.group_properties.get(aggregation, {})
    try:
        return compile_filters([wanted])(properties)
    except (UnreadableFilter, NotComparable):
        return False


def needed(flag):
    return [
        each["key"]
        for group in flag.filters["groups"]
        for each in group["properties"]
        if each["type"] == "flag"
    ]


def needs_itself(flag, by_id):
    seen, waiting = set(), needed(flag)
    while waiting:
        one = waiting.pop()
        if one == str(flag.id):
            return True
        if one in by_id and one not in seen and not by_id[one].deleted:
            seen.add(one)
            waiting += needed(by_id[one])
    return False
