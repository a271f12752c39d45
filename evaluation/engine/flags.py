"""One flag, compiled to a function from a subject to one of its possible outcomes."""

import json
from collections.abc import Mapping
from typing import TypeGuard

from evaluation.engine.cohorts import Cohorts
from evaluation.engine.conditions import (
    Check,
    FlagKeys,
    compile_properties,
    properties_in,
    value_in,
)
from evaluation.engine.definitions import FlagDefinition
from evaluation.engine.explanations import Explanation, MetProperty, explain_condition
from evaluation.engine.hashing import HOLDOUT_PREFIX, fraction, prefix_of
from evaluation.engine.identifiers import (
    conditions_identifier,
    enrollments_identifier,
    group_type_of,
    holdouts_identifier,
)
from evaluation.engine.outcomes import FlagIdentity, Outcome, Reason
from evaluation.engine.shares import Document, documents_of, number_of, share_of, variants_of
from evaluation.engine.steps import (
    Condition,
    Decide,
    Serve,
    choose_variant,
    rollout_fraction,
    serve_first_match,
    serve_only_match,
)
from evaluation.engine.subjects import Subject
from property_filters import UnreadableFilter


class FlagCompiler:
    """Compiles one flag.

    :raises BrokenDefinition: when the filters are not what the API would have stored.
    """

    def __init__(self, flag: FlagDefinition, *, flag_keys: FlagKeys, cohorts: Cohorts) -> None:
        self._flag, self._filters = flag, flag.filters
        self._identity = FlagIdentity(flag.id, flag.key, flag.version)
        self._flag_keys, self._cohorts = flag_keys, cohorts
        self._prefix = prefix_of(flag.key)
        self._variants, self._bounds = variants_of(flag.filters)

    def compile(self) -> Decide:
        """Return the function that evaluates the flag."""
        # What is decided last is made first.
        return self._after_enrollment(self._after_holdout(self._by_conditions()))

    def conditions(self) -> list[Condition]:
        """Return the condition sets, in stored order."""
        groups = documents_of(self._filters, "groups")
        return [self._condition(group, index) for index, group in enumerate(groups)]

    def explain(self, subject: Subject) -> list[Explanation]:
        """Return how a subject fares with each condition set, in stored order."""
        groups = documents_of(self._filters, "groups")
        return [
            explain_condition(
                self._condition(group, index),
                place=(index, group),
                prefix=self._prefix,
                subject=subject,
                properties=self._met_properties(group, subject),
            )
            for index, group in enumerate(groups)
        ]

    def _met_properties(self, group: Document, subject: Subject) -> list[MetProperty]:
        default = self._filters.get("aggregation_group_type_index")
        group_type = group_type_of(group, default=default)
        found = []
        for wanted in documents_of(group, "properties"):
            check = self._check([wanted], group_type)
            actual = self._actual_value(wanted, group_type, subject)
            found.append(MetProperty(wanted, actual, check is None or check(subject)))
        return found

    def _actual_value(self, wanted: Document, group_type: int | None, subject: Subject) -> object:
        kind, key = wanted.get("type"), str(wanted.get("key"))
        if kind == "cohort":
            return None
        if kind == "flag":
            return value_in(subject, self._flag_keys.get(key))
        return properties_in(subject, group_type).get(key)

    def _by_conditions(self) -> Decide:
        conditions = self.conditions()
        short = None
        if len(conditions) == 1:
            short = serve_only_match(conditions[0], prefix=self._prefix)
        return short or serve_first_match(
            conditions,
            prefix=self._prefix,
            nothing=self._outcome(Reason.NO_GROUP, None),
            exits_early=self._filters.get("early_exit") is True,
        )

    def _condition(self, group: Document, index: int) -> Condition:
        default = self._filters.get("aggregation_group_type_index")
        group_type = group_type_of(group, default=default)
        unidentified = Reason.OUT_OF_ROLLOUT if group_type is None else Reason.NO_GROUP
        return Condition(
            identify=conditions_identifier(self._flag, group_type),
            unidentified=self._outcome(unidentified, index),
            mismatched=self._outcome(Reason.NO_MATCH, index),
            excluded=self._outcome(Reason.OUT_OF_ROLLOUT, index),
            is_met=self._check(group.get("properties"), group_type),
            share=share_of(group.get("rollout_percentage")),
            serve=self._serve(Reason.MATCH, index, override=group.get("variant")),
        )

    def _check(self, properties: object, group_type: int | None) -> Check | None:
        try:
            return compile_properties(
                properties, group_type=group_type, flag_keys=self._flag_keys, cohorts=self._cohorts
            )
        except UnreadableFilter:
            return _is_met_by_nobody

    def _serve(self, reason: Reason, index: int, *, override: object = None) -> Serve:
        if isinstance(override, str) and override in self._variants:
            fixed = self._enabled(reason, index, variant=override)
            return lambda _: fixed
        plain = self._enabled(reason, index)
        if not self._variants:
            return lambda _: plain
        by_variant = [self._enabled(reason, index, variant=key) for key in self._variants]
        # Behind the last bound there is no variant: the flag is just on.
        return choose_variant(self._prefix, self._bounds, [*by_variant, plain])

    def _after_holdout(self, decide: Decide) -> Decide:
        found = _holdout_of(self._filters)
        if found is None:
            return decide
        variant, share = found
        held_out = self._enabled(Reason.HOLDOUT, None, variant=variant)
        identify = holdouts_identifier(self._flag, group_type_of(self._filters))

        def decide_after_holdout(subject: Subject) -> Outcome:
            if share is None or fraction(HOLDOUT_PREFIX + (identify(subject) or b"")) <= share:
                return held_out
            return decide(subject)

        return decide_after_holdout

    def _after_enrollment(self, decide: Decide) -> Decide:
        if self._filters.get("feature_enrollment") is not True:
            return self._after_super_group(decide)
        key = f"$feature_enrollment/{self._flag.key}"
        serve = self._serve(Reason.SUPER_CONDITION, 0)
        refused = self._outcome(Reason.SUPER_CONDITION, 0)
        identify = enrollments_identifier(self._flag)

        def decide_after_enrollment(subject: Subject) -> Outcome:
            if key not in subject.person_properties:
                return decide(subject)
            is_enrolled = str(subject.person_properties[key]).lower() == "true"
            return serve(identify(subject)) if is_enrolled else refused

        return decide_after_enrollment

    def _after_super_group(self, decide: Decide) -> Decide:
        # The older form of enrollment: only the first entry counts.
        groups = documents_of(self._filters, "super_groups")
        if not groups:
            return decide
        asked = {each.get("key") for each in documents_of(groups[0], "properties")}
        is_met = self._check(groups[0].get("properties"), None)
        share = share_of(groups[0].get("rollout_percentage"))
        serve = self._serve(Reason.SUPER_CONDITION, 0)
        refused = self._outcome(Reason.SUPER_CONDITION, 0)
        identify = enrollments_identifier(self._flag)

        def decide_after_super_group(subject: Subject) -> Outcome:
            if asked.isdisjoint(subject.person_properties):
                return decide(subject)
            identifier = identify(subject)
            is_in = share is None or rollout_fraction(self._prefix, identifier) <= share
            return serve(identifier) if is_in and (not is_met or is_met(subject)) else refused

        return decide_after_super_group

    def _outcome(self, reason: Reason, index: int | None) -> Outcome:
        return Outcome(self._identity, False, reason, index)

    def _enabled(self, reason: Reason, index: int | None, *, variant: str | None = None) -> Outcome:
        payload = _payload_of(self._filters, variant or "true")
        return Outcome(self._identity, True, reason, index, variant, payload)


def _holdout_of(filters: Document) -> tuple[str, float | None] | None:
    """Return the variant and the share of a flag's holdout; None without one."""
    holdout = filters.get("holdout")
    if isinstance(holdout, Mapping) and _is_given(holdout.get("exclusion_percentage")):
        percentage = number_of(holdout["exclusion_percentage"])
        return f"holdout-{holdout.get('id')}", share_of(min(max(percentage, 0.0), 100.0))
    groups = documents_of(filters, "holdout_groups")
    # The older form; only a first entry without properties counts.
    if holdout is None and groups and not groups[0].get("properties"):
        return str(groups[0].get("variant") or "holdout"), share_of(
            groups[0].get("rollout_percentage")
        )
    return None


def _is_given(value: object) -> TypeGuard[object]:
    return value is not None


def _payload_of(filters: Document, name: str) -> str | None:
    payloads = filters.get("payloads")
    payload = payloads.get(name) if isinstance(payloads, Mapping) else None
    return payload if payload is None or isinstance(payload, str) else json.dumps(payload)


def _is_met_by_nobody(_: Subject) -> bool:
    return False
