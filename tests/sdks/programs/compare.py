"""Evaluates a flag for many identifiers in an installed posthog package."""

import json
import sys

from posthog import Posthog

asked = json.loads(sys.argv[1])
client = Posthog(asked["token"], host=asked["host"], personal_api_key=asked["key"], send=False)
client.load_feature_flags()
options = {"only_evaluate_locally": True, "send_feature_flag_events": False}
values = {
    key: [
        client.get_feature_flag(key, f"{asked['prefix']}{number}", **options)
        for number in range(asked["count"])
    ]
    for key in asked["flags"]
}
sys.stdout.write(json.dumps(values))
