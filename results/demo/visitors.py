"""What a visitor of the demo does; pure, and the same for the same seed."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import exp, log
from random import Random

from results.demo.scenarios import Arm, Scenario

_MINUTE, _DAY = 60.0, 86_400.0
_SPREAD = 0.5


@dataclass(frozen=True, slots=True)
class Deed:
    """An event of a visitor, so many seconds after their arrival."""

    event: str
    after: float
    properties: dict[str, object]


def random_of(seed: int, scenario: Scenario, number: int) -> Random:
    """Return the source of chance of one visitor."""
    return Random(f"{seed}/{scenario.key}/{number}")  # noqa: S311 - nothing secret


def arrival(random: Random, days: float) -> float:
    """Return when a visitor arrives, in seconds after the start of so many days."""
    return random.random() * days * _DAY


def deeds(arm: Arm | None, scenario: Scenario, value: object, random: Random) -> Iterator[Deed]:
    """Iterate over what a visitor does to whom the flag gave this value.

    Without an arm somebody is held out, and behaves as in the control group.
    """
    true = arm or scenario.arms[0]
    if random.random() >= true.lost:
        called = {"$feature_flag": scenario.key, "$feature_flag_response": value}
        yield Deed("$feature_flag_called", 0.0, called)
    for page in range(1 + _poisson(true.pages - 1, random)):
        yield _page(true, 1.0 + page * _MINUTE * 2 * random.random(), "first", random)
    if random.random() < true.buys:
        amount = round(exp(random.gauss(log(true.spends), _SPREAD)), 2)
        yield Deed("purchase", _MINUTE * (2 + 20 * random.random()), {"amount": amount})
    if random.random() < true.returns:
        yield _page(true, _DAY * (1 + 5 * random.random()), "second", random)


def _page(arm: Arm, after: float, visit: str, random: Random) -> Deed:
    load = round(exp(random.gauss(log(arm.loads), _SPREAD / 2)))
    return Deed("$pageview", after, {"load_ms": load, "visit": visit})


def _poisson(mean: float, random: Random) -> int:
    """Return a number of this mean, by counting arrivals (Knuth)."""
    limit, product, count = exp(-mean), random.random(), 0
    while product > limit:
        product *= random.random()
        count += 1
    return count
