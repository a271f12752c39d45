"""Evaluating a project's flags for whom a request names."""

from collections.abc import Mapping

from evaluation.engine.outcomes import Outcome
from evaluation.engine.selection import Selection
from evaluation.engine.subjects import Subject, merged_properties
from evaluation.flag_requests import FlagsRequest
from evaluation.selectors import ProjectFlags


def evaluate_flags(
    *, project_flags: ProjectFlags, asked: FlagsRequest, runtime: str | None
) -> Mapping[str, Outcome]:
    """Return the outcomes of the flags that are asked for, by their keys.

    A runtime of None asks for the flags of all runtimes.
    """
    needs = project_flags.flags.needs
    subject = Subject(
        asked.distinct_id,
        merged_properties(
            stored={},
            sent=asked.person_properties,
            distinct_id=asked.distinct_id,
            initial_keys=needs.initial_keys,
        ),
        anonymous_id=asked.anonymous_id,
        device_id=asked.device_id,
    )
    selection = Selection(runtime, asked.contexts)
    return project_flags.flags.evaluate(subject, selection=selection, keys=asked.flag_keys)
