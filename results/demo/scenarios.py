"""The experiments of the demo: what is true of each, which its results should find."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Document = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Arm:
    """A variant and what is true of its visitors.

    `buys` is the chance to buy, `spends` the median of what a buyer spends, `pages` the mean number
    of pages, `returns` the chance to come back within a week, `loads` the mean load time in ms.
    """

    key: str
    share: float
    buys: float = 0.12
    spends: float = 40.0
    pages: float = 4.0
    returns: float = 0.3
    loads: float = 900.0
    # The share of visitors whose exposure never arrives.
    lost: float = 0.0


@dataclass(frozen=True, slots=True)
class Scenario:
    """An experiment: its texts, variants and life. Days count back from today."""

    name: str
    key: str
    description: str
    arms: tuple[Arm, ...]
    started: int | None = 20
    ended: int | None = None
    visitors: int = 2_000
    stats_config: Document = field(default_factory=dict)
    parameters: Document = field(default_factory=dict)
    in_holdout: bool = False
    is_paused: bool = False
    shipped: str = ""
    conclusion: str = ""

    @property
    def variants(self) -> list[dict[str, object]]:
        """The variants as an experiment's parameters have them."""
        return [{"key": arm.key, "rollout_percentage": arm.share} for arm in self.arms]


SEQUENTIAL: Document = {
    "method": "frequentist",
    "frequentist": {"sequential_testing_enabled": True},
}
FREQUENTIST: Document = {"method": "frequentist"}
_PLAN: Document = {"minimum_detectable_effect": 20, "recommended_sample_size": 1_500}


def _pair(**test: float) -> tuple[Arm, ...]:
    return Arm("control", 50), Arm("test", 50, **test)


SCENARIOS = (
    Scenario(
        "One-page checkout",
        "one-page-checkout",
        "The form fits on one page instead of four. It should sell more.",
        _pair(buys=0.19, spends=41.0),
        parameters={**_PLAN, "recommended_running_time": 14},
    ),
    Scenario(
        "Blue button",
        "blue-button",
        "The button is blue instead of green. Nobody minds.",
        _pair(),
        parameters={**_PLAN, "recommended_running_time": 14},
    ),
    Scenario(
        "Autoplaying videos",
        "autoplay-videos",
        "Videos start by themselves. Pages get slow and people leave.",
        _pair(buys=0.07, pages=3.0, returns=0.22, loads=1_700.0),
        parameters={**_PLAN, "recommended_running_time": 14},
    ),
    Scenario(
        "New landing page",
        "new-landing-page",
        "A redirect loses a third of the visitors of the new page: the split is off.",
        (Arm("control", 50), Arm("test", 50, buys=0.14, lost=0.33)),
    ),
    Scenario(
        "Personal recommendations",
        "recommendations",
        "A tenth of all people is held out of every experiment on recommendations.",
        _pair(buys=0.14, pages=4.6),
        in_holdout=True,
    ),
    Scenario(
        "Free shipping banner",
        "free-shipping-banner",
        "Looked at every day: a sequential test keeps its error rate all the same.",
        _pair(buys=0.2),
        visitors=3_000,
        stats_config=SEQUENTIAL,
    ),
    Scenario(
        "Price endings",
        "price-endings",
        "Five ways to end a price. With many variants one of them looks best by chance.",
        (
            Arm("control", 20),
            Arm("ninety-nine", 20, buys=0.13),
            Arm("ninety-five", 20),
            Arm("round", 20, buys=0.1, spends=46.0),
            Arm("hidden", 20, buys=0.09),
        ),
        visitors=4_000,
        stats_config={**FREQUENTIST, "multiple_comparisons": "holm"},
    ),
    Scenario(
        "Cautious rollout of search",
        "new-search",
        "Ten percent see the new search.",
        (Arm("control", 90), Arm("test", 10, buys=0.15)),
        started=6,
    ),
    Scenario(
        "Shorter signup",
        "shorter-signup",
        "One field instead of three; shipped to everybody last week.",
        _pair(buys=0.2),
        started=40,
        ended=7,
        shipped="test",
        conclusion="won",
        stats_config=FREQUENTIST,
    ),
    Scenario(
        "Exit popup",
        "exit-popup",
        "A popup when the pointer leaves the page; stopped.",
        _pair(buys=0.07, returns=0.2),
        started=35,
        ended=12,
        conclusion="lost",
    ),
    Scenario(
        "Dark theme",
        "dark-theme",
        "Paused, since the logo could not be seen.",
        _pair(pages=4.2),
        started=9,
        visitors=900,
        is_paused=True,
    ),
    Scenario(
        "Gift cards",
        "gift-cards",
        "A draft: nothing has happened yet.",
        _pair(),
        started=None,
        visitors=0,
    ),
)
