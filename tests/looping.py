"""Many cases in one test."""

import inspect
from collections.abc import Callable, Iterable, Sequence
from itertools import zip_longest
from typing import Any

import pytest

Test = Callable[..., None]


def in_one_test(
    names: str | Sequence[str], cases: Iterable[Any], ids: object = None
) -> Callable[[Test], Test]:
    """Do what `pytest.mark.parametrize` does, in one test with a subtest for each case.

    All cases share the fixtures, so this is for cases that leave nothing behind, such as refusals:
    making the cast takes longer than asking.
    """
    arguments = [each.strip() for each in names.split(",")] if isinstance(names, str) else [*names]
    listed = [_parameters(case, len(arguments)) for case in cases]
    titles = [*ids] if isinstance(ids, Iterable) else [case.id for case in listed]

    def wrap(test: Test) -> Test:
        asked = [name for name in inspect.signature(test).parameters if name not in arguments]

        def looping(**fixtures: Any) -> None:
            given = {name: fixtures[name] for name in asked}
            for case, title in zip_longest(listed, titles):
                values = dict(zip(arguments, case.values, strict=True))
                with fixtures["subtests"].test(title or _title_of(values)):
                    test(**given, **values)

        return _disguised(looping, test, [*asked, "subtests"])

    return wrap


def _title_of(values: dict[str, Any]) -> str:
    # Documents are long, and each title goes from process to process.
    return ", ".join(f"{name}={str(value)[:40]}" for name, value in values.items())


def _disguised(looping: Test, test: Test, fixtures: Iterable[str]) -> Test:
    # To pytest it is the test itself, with these fixtures.
    looping.__signature__ = inspect.Signature(
        [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY)
            for name in dict.fromkeys(fixtures)
        ]
    )
    looping.__name__, looping.__module__ = test.__name__, test.__module__
    looping.pytestmark = getattr(test, "pytestmark", [])
    return looping


def _parameters(case: Any, number: int) -> Any:
    if hasattr(case, "values") and hasattr(case, "id"):
        return case
    return pytest.param(case) if number == 1 else pytest.param(*case)
