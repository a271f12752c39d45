import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.experiments.paths import collection, member

ROOT = Path(__file__).parents[1]
# The most files of ours that a request may pass; docs/decisions/0027-the-request-path.md.
MOST = {"PATCH": 60, "GET": 41, "list": 46}
_OUTSIDE = (".venv/", "tests/", "experiments_api/")


@contextmanager
def passed_files() -> Iterator[set[str]]:
    """Collect the files of ours in which a function is called."""
    found: set[str] = set()

    def note(frame, event, argument):
        name = frame.f_code.co_filename
        if event == "call" and name.startswith(f"{ROOT}/"):
            found.add(name.removeprefix(f"{ROOT}/"))

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield found
    finally:
        sys.setprofile(before)


def path_of(ask: Callable[[], object]) -> set[str]:
    # What happens once in a process is not on the path of a request.
    for _ in range(3):
        ask()
    with passed_files() as found:
        response = ask()
    assert response.status_code == 200
    return {name for name in found if not name.startswith(_OUTSIDE)}


def named_in(*titles: str) -> set[str]:
    text = (ROOT / "docs/architecture.md").read_text()
    sections = re.split("^## ", text, flags=re.MULTILINE)
    chosen = [section for section in sections if section.startswith(titles)]
    assert len(chosen) == len(titles)
    return {name for section in chosen for name in re.findall(r"[a-z_]+(?:/[a-z_]+)+\.py", section)}


EVERY = "What every request in a project passes"


def test_patch__of_one_field__passes_the_files_that_the_page_names(client, experiment):
    bodies = iter({"description": str(number)} for number in range(4))

    passed = path_of(lambda: client.patch(member(experiment), next(bodies)))

    assert passed - named_in(EVERY, "The path of a PATCH") == set()
    assert len(passed) <= MOST["PATCH"]


@pytest.mark.usefixtures("_no_response_cache")
def test_get__of_one__passes_the_files_that_the_page_names(client, experiment):
    passed = path_of(lambda: client.get(member(experiment)))

    assert passed - named_in(EVERY) == set()
    assert len(passed) <= MOST["GET"]


@pytest.mark.usefixtures("_no_response_cache")
def test_get__of_many__passes_the_files_that_the_page_names(client, experiment):
    passed = path_of(lambda: client.get(collection(experiment.project)))

    assert passed - named_in(EVERY, "The path of a GET", "The path of a PATCH") == set()
    assert len(passed) <= MOST["list"]


def test_page__files_that_every_request_passes__all_passed_by_a_change(client, experiment):
    bodies = iter({"description": str(number)} for number in range(4))

    passed = path_of(lambda: client.patch(member(experiment), next(bodies)))

    # The router and the handler of exceptions are the framework's to call.
    elsewhere = {"experiments/urls.py", "core/http/exception_handler.py"}
    named = {name for name in named_in(EVERY) if not name.startswith("core/db/")}
    assert named - passed == elsewhere
