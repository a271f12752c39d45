"""What to know beside a verdict: where metrics stand, the plan, comparisons, exposures."""

from collections.abc import Iterator

from results.statistics import Correction, GuardrailState
from results.verdict.candidates import Candidate
from results.verdict.case import Case
from results.verdict.facts import Status
from results.verdict.outcome import Reason
from results.verdict.readings import Reading, Word
from results.verdict.wording import count, days, loss, rounded, sentence, share, size

MULTIPLE_LIMIT = 0.005
_CODES = {
    Word.BETTER: "better",
    Word.WORSE: "worse",
    Word.LIKELY_BETTER: "likely-better",
    Word.LIKELY_WORSE: "likely-worse",
    Word.NO_CLEAR_DIFFERENCE: "no-clear-difference",
}
_PEEKED = "It ended before its plan: differences found at an early look are chance more often."


def result(case: Case, reading: Reading, *, is_final: bool = True) -> Reason:
    """Return a result as a reason."""
    text = sentence(reading, case.facts.config, is_final=is_final)
    code = _CODES.get(reading.word, "not-computable")
    return Reason(code, text, reading.metric.uuid, reading.variant)


def results(case: Case, variant: str | None) -> list[Reason]:
    """Return the results of a variant, or of all, on the primary metrics."""
    return [result(case, r) for r in case.readings if variant in (None, r.variant)]


def standing(case: Case) -> list[Reason]:
    """Return where the known metrics stand so far, harm first."""
    known = [r for r in case.readings if r.is_known]
    known.sort(key=lambda reading: reading.word is not Word.WORSE)
    return [result(case, reading, is_final=False) for reading in known]


def planned(case: Case) -> Iterator[Reason]:
    """Yield what the plan asks for, or that there is none, and what the sample so far can show."""
    plan = case.facts.plan
    if plan.people is not None:
        text = f"{count(case.facts.people)} of the {count(plan.people)} planned people have come"
        effect = f" {plan.effect * 100:.1f}".removesuffix(".0") + " %" if plan.effect else ""
        text += f", so that a change of{effect} is found four times out of five." if effect else "."
        yield Reason("plan", text)
    elif plan.days is not None:
        yield Reason("plan", f"The plan asks for {days(plan.days)}.")
    else:
        text = "Without a planned sample nobody can tell an effect from a good day."
        yield Reason("no-plan", text)
    if not case.has_planned_sample:
        yield from _reach(case)


def _reach(case: Case) -> Iterator[Reason]:
    """Yield what the sample so far can show, and how many people the planned effect takes."""
    if found := case.smallest_effect:
        text = (
            f"So far one of {size(found, case.facts.config)} would be found four times out of five."
        )
        yield Reason("detectable-effect", text)
    if needed := case.people_needed:
        effect = size(case.facts.plan.effect or 0, case.facts.config)
        text = f"As the data vary so far, {effect} takes about {count(rounded(needed))} people."
        yield Reason("people-needed", text)


def ranking(case: Case, winner: Candidate) -> Iterator[Reason]:
    """Yield how the winner stands among all variants, and what shipping it may cost."""
    reading, config = winner.reading, case.facts.config
    metric, variant = reading.metric.uuid, reading.variant
    if len(reading.metric.comparisons) > 1:
        text = f"{variant} is the best of all variants on {reading.metric.name} with a chance of "
        text += f"{share(winner.standing.chance_to_be_best)}."
        yield Reason("chance-to-be-best", text, metric, variant)
    cost = loss(winner.standing.expected_loss, config)
    text = f"Shipping {variant} loses {cost} on average against what is truly the best."
    yield Reason("expected-loss", text, metric, variant)


def notes(case: Case) -> Iterator[Reason]:
    """Yield what holds whatever the verdict is."""
    yield from _about_the_run(case)
    yield from _about_exposures(case)
    yield from _about_guardrails(case)
    if len(case.readings) > 1:
        yield _comparisons(case)


def _about_the_run(case: Case) -> Iterator[Reason]:
    if case.facts.status is Status.PAUSED:
        text = "Paused: nobody new sees a variant. People already counted go on counting."
        yield Reason("paused", text)
    if case.was_stopped_early:
        yield Reason("stopped-early", _PEEKED)


def _about_exposures(case: Case) -> Iterator[Reason]:
    facts = case.facts
    everybody = facts.people + facts.multiple
    if everybody and facts.multiple / everybody > MULTIPLE_LIMIT:
        part = share(facts.multiple / everybody)
        yield Reason("multiple-variants", f"{part} of the people saw several variants.")
    if facts.bias_percentage is not None:
        text = (
            f"{facts.bias_percentage:.1f} % of the people saw several variants and are left out. "
            "With an uneven split that takes more of a small variant than of a large one, and may "
            "bias every result."
        )
        yield Reason("bias-risk", text)


def _about_guardrails(case: Case) -> Iterator[Reason]:
    texts = {
        GuardrailState.HELD: "is worse by less than",
        GuardrailState.OPEN: "may still be worse by more than",
        GuardrailState.BROKEN: "is worse by more than",
    }
    for metric in case.facts.guardrails:
        for variant in case.facts.variants:
            state = case.state(metric, variant)
            margin = size(metric.margin or 0, case.facts.config)
            text = f"{metric.name} of {variant} {texts[state]} {margin}."
            yield Reason(f"guardrail-{state}", text, metric.uuid, variant)


def _comparisons(case: Case) -> Reason:
    number = len(case.readings)
    if case.facts.config.correction is Correction.NONE:
        text = f"{number} comparisons; each reading stands for itself."
    else:
        text = f"{number} comparisons, corrected together."
    return Reason("many-comparisons", text)
