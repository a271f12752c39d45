"""The rules of the verdict, in their order: the first that applies decides."""

from collections.abc import Callable
from dataclasses import replace

from results.verdict import notes
from results.verdict.candidates import best_candidate, open_guardrails
from results.verdict.case import Case, Harm, case_of
from results.verdict.facts import Facts, Status
from results.verdict.outcome import Decision, Reason, Verdict
from results.verdict.readings import Reading, Word
from results.verdict.wording import days, figures, names, p_value, ratio, sentence, size

SPLIT_LIMIT = 0.001
_CAUSES = (
    "Usual causes: the flag is asked only where one variant loads, a redirect or a crash loses "
    "people of one variant, bots get one variant, or the shares were changed during the run."
)


def reach_verdict(facts: Facts) -> Verdict | None:
    """Return what to do with an experiment and why; None for a draft. It never raises.

    Better and worse, ahead and behind are meant by the metric's goal. Nothing else turns around for
    a metric whose goal is to decrease.
    """
    if facts.status is Status.DRAFT:
        return None
    case = case_of(facts)
    found = next(filter(None, (rule(case) for rule in _RULES)), None) or _no_difference(case)
    kept = {(r.code, r.metric, r.variant) for r in found.reasons}
    extra = [r for r in notes.notes(case) if (r.code, r.metric, r.variant) not in kept]
    return replace(found, reasons=(*found.reasons, *extra), comparisons=len(case.readings))


def _split_is_off(case: Case) -> Verdict | None:
    split, counted = case.facts.split, case.facts.exposures
    if split is None or split.p_value >= SPLIT_LIMIT:
        return None
    found = [counted.get(key, 0) for key in split.expected]
    text = (
        f"{names(list(split.expected))}: expected {ratio(list(split.expected.values()))} people, "
        f"counted {ratio(found)} ({p_value(split.p_value)})."
    )
    reasons = (Reason("sample-ratio-mismatch", text), Reason("usual-causes", _CAUSES))
    return Verdict(Decision.DO_NOT_TRUST, "Do not decide: the split is off", reasons)


def _nobody_exposed(case: Case) -> Verdict | None:
    if case.facts.people:
        return None
    text = "No exposure of an analysed variant has arrived since the launch."
    return _waiting(case, "Nobody is exposed", (Reason("no-exposures", text),))


def _collecting(case: Case) -> Verdict | None:
    """Wait for metrics without statistics while data come in, and for ever when there is none."""
    missing = [reading for reading in case.readings if not reading.is_known]
    is_waiting = bool(missing) and not case.has_planned_sample and not case.facts.has_ended
    if case.is_any_known and not is_waiting:
        return None
    if not case.facts.primary:
        text = "Only primary metrics decide; add one."
        return _waiting(case, "There is no primary metric", (Reason("no-primary-metric", text),))
    reasons = tuple(_missing(case, reading) for reading in missing)
    return _waiting(case, "Collecting data", (*reasons, *notes.standing(case)))


def _missing(case: Case, reading: Reading) -> Reason:
    metric, variant = reading.metric, reading.variant
    code = next(iter(metric.failures_of(variant, case.facts.config.baseline)), "not-computable")
    text = sentence(reading, case.facts.config, is_final=False)
    return Reason(code, text, metric.uuid, variant)


def _waiting(case: Case, headline: str, reasons: tuple[Reason, ...]) -> Verdict:
    decision = Decision.STOP if case.facts.has_ended else Decision.KEEP_RUNNING
    ended = "The experiment has ended: " + headline[0].lower() + headline[1:]
    return Verdict(decision, ended if case.facts.has_ended else headline, reasons)


def _too_early(case: Case) -> Verdict | None:
    if case.may_be_read:
        return None
    reasons = [*notes.standing(case), *notes.planned(case)]
    text = "Stopping early on a good day makes chance look like an effect."
    return Verdict(
        Decision.KEEP_RUNNING, _time_left(case), (*reasons, Reason("fixed-horizon", text))
    )


def _time_left(case: Case) -> str:
    left, whole = case.days_left, case.days_planned
    if left and whole:
        return f"Keep it running: {left} of {days(whole)} {'is' if left == 1 else 'are'} left"
    if not case.has_plan:
        return "Enter a plan to know when to stop"
    about = f"about {days(left)} more" if left else "the planned sample is not reached"
    return f"Keep it running: {about}"


def _ready(case: Case) -> Verdict | None:
    """Ship what is better on a primary metric and harms none, when its guardrails hold."""
    winner = best_candidate(case)
    if winner is None:
        return None
    reading = winner.reading
    still_open = open_guardrails(case, reading.variant)
    if still_open:
        return _waiting_for_guardrails(case, reading, still_open)
    headline = f"Ready: {reading.variant} is better on {reading.metric.name}"
    reasons = (*notes.results(case, reading.variant), *notes.ranking(case, winner))
    return Verdict(Decision.SHIP, headline, reasons, variant=reading.variant)


def _waiting_for_guardrails(case: Case, reading: Reading, still_open: list[Reason]) -> Verdict:
    decision = Decision.STOP if case.facts.has_ended else Decision.KEEP_RUNNING
    uuids = {reason.metric for reason in still_open}
    guardrails = names([m.name for m in case.facts.guardrails if m.uuid in uuids])
    better = f"{reading.variant} is better on {reading.metric.name}"
    headline = f"{better}, but {guardrails} may still be harmed"
    return Verdict(decision, headline, (*notes.results(case, reading.variant), *still_open))


def _harm(case: Case) -> Verdict | None:
    harms = case.harms
    if not harms:
        return None
    first = harms[0]
    reasons = [_harmed(case, harm) for harm in harms]
    better = [r for r in case.readings if r.word is Word.BETTER]
    reasons += [notes.result(case, reading) for reading in better]
    headline = f"{first.variant} harms {first.metric.name}"
    return Verdict(Decision.STOP, headline, tuple(reasons))


def _harmed(case: Case, harm: Harm) -> Reason:
    text = f"{harm.variant} harms {harm.metric.name}{figures(harm.reading, case.facts.config)}."
    return Reason("harm", text, harm.metric.uuid, harm.variant)


def _not_yet(case: Case) -> Verdict | None:
    """Let a sequential test go on: its intervals may be read daily, and narrow all the time."""
    if case.facts.has_ended or case.has_planned_sample or case.is_effect_excluded:
        return None
    text = "The test is sequential: its intervals hold at every look, so look as often as you like."
    headline = "Keep it running: no clear difference yet"
    reasons = (*notes.standing(case), Reason("sequential", text))
    return Verdict(Decision.KEEP_RUNNING, headline, reasons)


def _no_difference(case: Case) -> Verdict:
    found = case.smallest_effect
    amount = f" of {size(found, case.facts.config)} or more" if found else ""
    headline = f"No difference{amount} found"
    return Verdict(Decision.STOP, headline, tuple(notes.results(case, None)))


_RULES: tuple[Callable[[Case], Verdict | None], ...] = (
    _split_is_off,
    _nobody_exposed,
    _collecting,
    _too_early,
    _ready,
    _harm,
    _not_yet,
)
