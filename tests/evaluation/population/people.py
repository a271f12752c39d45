"""Who of the stored persons is who."""

PROS = {"user_0", "user_1", "user_2"}


def is_pro(**changed):
    return {"key": "plan", "type": "person", "operator": "exact", "value": "pro"} | changed
