"""Definitions of cohorts for tests."""


def person(key="plan", value="pro", operator="exact", **others):
    return {"key": key, "value": value, "operator": operator, "type": "person"} | others


def cohort(pk, **others):
    return {"key": "id", "type": "cohort", "value": pk} | others


def behavior(**others):
    return {
        "type": "behavioral",
        "value": "performed_event",
        "key": "$pageview",
        "event_type": "events",
        "time_value": 7,
        "time_interval": "day",
    } | others


def definition(*conditions, kind="OR"):
    group = {"type": kind, "values": list(conditions)}
    return {"properties": {"type": "OR", "values": [group]}}
