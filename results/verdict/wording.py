"""How verdicts say numbers and results."""

from collections.abc import Sequence

from results.statistics import Difference, StatsConfig
from results.verdict.readings import Reading, Word

MINUS, TIMES = "\u2212", "\u00d7"
_LARGE_CHANGE, _LARGE_NUMBER = 10, 1e7


def count(number: int) -> str:
    """Return a count with its digits in groups: 64 000."""
    return f"{number:,}".replace(",", " ")


def rounded(number: int) -> int:
    """Return a number to two digits, for what is an estimate."""
    return int(float(f"{number:.2g}"))


def days(number: int) -> str:
    """Return a number of days in words."""
    return "1 day" if number == 1 else f"{number} days"


def size(number: float, config: StatsConfig) -> str:
    """Return the size of a difference: 8 % or 9.8 %, or in the metric's unit."""
    if config.difference is Difference.ABSOLUTE:
        return f"{number:.3g}"
    return _decimal(number * 100).removesuffix(".0") + " %"


def loss(number: float, config: StatsConfig) -> str:
    """Return an expected loss, which is often too small for a figure."""
    is_tiny = config.difference is Difference.RELATIVE and number < 0.001
    return "less than 0.1 %" if is_tiny else size(number, config)


def change(number: float, config: StatsConfig) -> str:
    """Return a difference with its sign: +8.3 %, from 1000 % upwards as a factor."""
    if config.difference is Difference.RELATIVE and number >= _LARGE_CHANGE:
        return f"{TIMES}{_decimal(number + 1)}"
    sign = MINUS if number < 0 else "+"
    if config.difference is Difference.ABSOLUTE:
        return f"{sign}{abs(number):.3g}"
    return f"{sign}{_decimal(abs(number) * 100)} %"


def _decimal(number: float) -> str:
    return f"{number:.1f}" if number < _LARGE_NUMBER else f"{number:.1e}"


def p_value(number: float) -> str:
    """Return a p-value with its sign of equality."""
    return "p < 0.001" if number < 0.001 else f"p = {number:.3f}"


def share(number: float) -> str:
    """Return a chance in percent."""
    if number > 0.999:
        return "> 99.9 %"
    return "< 0.1 %" if number < 0.001 else f"{number * 100:.1f} %"


def figures(reading: Reading, config: StatsConfig) -> str:
    """Return a difference and its interval: (+8.3 %, between +0.7 % and +15.9 %)."""
    effect, evidence = reading.comparison.effect, reading.comparison.evidence
    if effect is None or evidence is None:
        return ""
    low, high = (change(end, config) for end in evidence.interval)
    return f" ({change(effect.difference, config)}, between {low} and {high})"


_SAID = {
    Word.BETTER: "is better on",
    Word.WORSE: "is worse on",
    Word.LIKELY_BETTER: "is likely better on",
    Word.LIKELY_WORSE: "is likely worse on",
    Word.NO_CLEAR_DIFFERENCE: "shows no clear difference on",
}
_SO_FAR = {
    Word.BETTER: "is ahead on",
    Word.WORSE: "is behind on",
    Word.LIKELY_BETTER: "is likely ahead on",
    Word.LIKELY_WORSE: "is likely behind on",
}


def sentence(reading: Reading, config: StatsConfig, *, is_final: bool) -> str:
    """Return a reading as a sentence, of a result or of where it stands so far."""
    says = _SAID if is_final else {**_SAID, **_SO_FAR}
    if reading.word not in says:
        is_short = reading.word is Word.NOT_ENOUGH_DATA
        lack = "There are too few people or conversions." if is_short else "It is not computable."
        return f"{reading.metric.name} of {reading.variant}: {reading.comparison.reason or lack}"
    says_of = f"{reading.variant} {says[reading.word]} {reading.metric.name}"
    return f"{says_of}{figures(reading, config)}."


def names(keys: Sequence[str]) -> str:
    """Return names in a row: a, b and c."""
    return " and ".join(filter(None, [", ".join(keys[:-1]), *keys[-1:]]))


def ratio(numbers: Sequence[float]) -> str:
    """Return counts as a ratio: 500 : 500."""
    return " : ".join(count(round(number)) for number in numbers)
