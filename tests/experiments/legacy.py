"""Metrics of the legacy kinds."""

PAID = {"kind": "EventsNode", "event": "paid", "math": "sum", "math_property": "amount"}
SEEN = {"kind": "EventsNode", "event": "seen"}
EUROPE = {"type": "event", "key": "region", "value": "eu", "operator": "exact"}
EXPOSED = {"kind": "EventsNode", "event": "$feature_flag_called"}


def trends(uuid="a", exposure=None, **query):
    count = {"kind": "TrendsQuery", "series": [PAID]} | query
    metric = {"kind": "ExperimentTrendsQuery", "uuid": uuid, "name": "Paid", "count_query": count}
    return metric | ({"exposure_query": exposure} if exposure else {})


def funnels(uuid="b", shown=None, **query):
    funnel = {"kind": "FunnelsQuery", "series": [SEEN, PAID], "funnelsFilter": shown} | query
    return {"kind": "ExperimentFunnelsQuery", "uuid": uuid, "funnels_query": funnel}
