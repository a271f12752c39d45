"""Flags for tests of the engine."""

from evaluation.engine.definitions import FlagDefinition
from evaluation.engine.flag_set import FlagSet
from evaluation.engine.subjects import Subject, merged_properties


def variants(**percentages):
    listed = [
        {"key": key.replace("_", "-"), "rollout_percentage": share}
        for key, share in percentages.items()
    ]
    return {"multivariate": {"variants": listed}}


HALVES = variants(control=50, test=50)


def everybody(share=100, **members):
    return {"properties": [], "rollout_percentage": share, **members}


def person(key, value, operator="exact"):
    return {"key": key, "value": value, "operator": operator, "type": "person"}


def flag(key, *groups, flag_id=1, filters=None, **columns):
    return FlagDefinition(flag_id, key, {"groups": [*groups], **(filters or {})}, **columns)


def subject(distinct_id="user", *, properties=None, **others):
    merged = merged_properties(stored={}, sent=properties or {}, distinct_id=distinct_id)
    return Subject(distinct_id, merged, **others)


def outcome(definition, asked, *others, **options):
    key = definition.key
    return FlagSet([definition, *others], **options).evaluate(asked).get(key)


def summary(found):
    return found.value, str(found.reason), found.condition_index


MATCH = "condition_match"
NO_MATCH = "no_condition_match"
OUT = "out_of_rollout_bound"
ENTERPRISE = [person("plan", "enterprise")]
PAYLOAD = '{"a":1}'


def plan(distinct_id, name):
    return subject(distinct_id, properties={"plan": name})


def enterprise(share=100, **members):
    return {"properties": ENTERPRISE, "rollout_percentage": share, **members}


LAYOUT = flag(
    "checkout-layout",
    enterprise(variant="spacious"),
    everybody(),
    filters=variants(control=50, compact=25, spacious=25) | {"payloads": {"compact": PAYLOAD}},
)
SEARCH = flag("beta-search", enterprise(), filters={"payloads": {"true": PAYLOAD}})
