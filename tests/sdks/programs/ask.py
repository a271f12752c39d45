"""Asks an installed posthog package for flags, as an application would."""

import json
import sys

from posthog import Posthog

asked = json.loads(sys.argv[1])
client = Posthog(asked["token"], host=asked["host"], personal_api_key=asked.get("key"))
if asked.get("key"):
    client.load_feature_flags()
values = {
    key: [
        client.get_feature_flag(key, distinct_id, **asked.get("options", {}))
        for distinct_id in asked["people"]
    ]
    for key in asked["flags"]
}
payloads = {
    key: client.get_feature_flag_payload(key, asked["people"][0])
    for key in asked.get("payloads", [])
}
config = None
if asked.get("config"):
    config = client.get_remote_config_payload(asked["config"])
client.shutdown()
sys.stdout.write(json.dumps({"values": values, "payloads": payloads, "config": config}))
