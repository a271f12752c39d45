"""Visitors of a site, simulated with an installed posthog package as an application would use it.

The argument is JSON: {token, host, seed, visitors, experiments: [{key, effect}]}. Each visitor gets
the variants of all experiments by one request, and then buys (`did <key>`) with a probability that
is higher by `effect` in the variant test; half of the buyers come again (`again <key>`).
"""

import json
import random
import sys

from posthog import Posthog

CONVERSION = 0.4
# The queue of the SDK drops events when it is full.
FLUSH_EVERY = 50

asked = json.loads(sys.argv[1])
client = Posthog(asked["token"], host=asked["host"])
keys = [each["key"] for each in asked["experiments"]]
for number in range(asked["visitors"]):
    visitor = f"visitor-{asked['seed']}-{number}"
    chance = random.Random(visitor)  # noqa: S311
    flags = client.evaluate_flags(visitor, flag_keys=keys)
    for experiment in asked["experiments"]:
        key = experiment["key"]
        is_test = flags.get_flag(key) == "test"
        bound = CONVERSION * (1 + experiment["effect"] if is_test else 1)
        # As many draws for everybody, so that a variant changes nothing else.
        luck, amount, more, back = (chance.random() for _ in range(4))
        if luck < bound:
            for _ in range(2 if more < 0.3 else 1):
                bought = {"amount": round(10 + 90 * amount**2, 2)}
                client.capture(f"did {key}", distinct_id=visitor, properties=bought)
            if back < 0.5:
                client.capture(f"again {key}", distinct_id=visitor)
    if number % FLUSH_EVERY == 0:
        client.flush()
client.shutdown()
