import gc
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.utils import timezone

from tests import factories
from tests.approvals.changes import LAUNCH
from tests.approvals.paths import request_at
from tests.approvals.receiver import ask_to_launch, gate_launches
from tests.client import DocumentedClient
from tests.experiments.paths import collection, member

ROOT = Path(__file__).parents[1]
# The most files of ours that a request may pass; docs/decisions/0027-the-request-path.md.
MOST = {"PATCH": 60, "GET": 41, "list": 46, "launch": 82, "vote": 82}
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
    # What other tests have left behind is finalized before, not on this path.
    gc.collect()
    gc.disable()
    sys.setprofile(note)
    try:
        yield found
    finally:
        sys.setprofile(before)
        gc.enable()


def path_of(ask: Callable[[], object], status: int = 200) -> set[str]:
    # What happens once in a process is not on the path of a request.
    for _ in range(3):
        ask()
    with passed_files() as found:
        response = ask()
    assert response.status_code == status
    return {name for name in found if not name.startswith(_OUTSIDE)}


def named_in(*titles: str) -> set[str]:
    text = (ROOT / "docs/architecture.md").read_text()
    sections = re.split("^## ", text, flags=re.MULTILINE)
    chosen = [section for section in sections if section.startswith(titles)]
    assert len(chosen) == len(titles)
    return {name for section in chosen for name in re.findall(r"[a-z_]+(?:/[a-z_]+)+\.py", section)}


EVERY = "What every request in a project passes"
GATED = (EVERY, "The path of a PATCH", "The path of an approval")


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
    # What stands before Django: tests call Django.
    elsewhere |= {"experiments_api/wsgi.py", "evaluation/wsgi.py"}
    elsewhere |= {"core/ops/request_turns.py", "core/http/wsgi_request.py"}
    named = {name for name in named_in(EVERY) if not name.startswith("core/db/")}
    assert named - passed == elsewhere


@pytest.fixture
def drafts(project, ada, grace):
    """Experiments whose launch somebody must agree to."""
    gate_launches(project, grace, now=timezone.now())
    return [factories.make_experiment(project, ada) for _ in range(4)]


def test_launch__that_a_policy_is_about__passes_the_files_that_the_page_names(client, drafts):
    waiting = iter(drafts)

    passed = path_of(lambda: client.patch(member(next(waiting)), LAUNCH), status=409)

    assert passed - named_in(*GATED) == set()
    assert len(passed) <= MOST["launch"]


def test_vote__that_reaches_the_quorum__passes_the_files_that_the_page_names(client, grace, drafts):
    requests = iter([ask_to_launch(client, each) for each in drafts])
    voter = DocumentedClient(factories.make_key(grace))

    passed = path_of(lambda: voter.post(request_at(next(requests), "approve"), {}))

    assert passed - named_in(*GATED) == set()
    assert len(passed) <= MOST["vote"]
