import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
RUNTIME = PROJECT["project"]["dependencies"]
CLICKHOUSE = RUNTIME + PROJECT["project"]["optional-dependencies"]["clickhouse"]
DEVELOPMENT = RUNTIME + PROJECT["dependency-groups"]["dev"]
ADVICE = "make the lock files anew, CONTRIBUTING.md says how"


def pins(lock: str) -> dict[str, str]:
    text = (ROOT / lock).read_text()
    return dict(re.findall(r"^([a-z0-9][a-z0-9.-]*)(?:\[[^]]*\])?==([^ ;\\]+)", text, re.MULTILINE))


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def is_satisfied(requirement: Requirement, pinned: dict[str, str]) -> bool:
    version = pinned.get(normalised(requirement.name))
    return version is not None and requirement.specifier.contains(version)


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("requirements.lock", RUNTIME),
        ("requirements-clickhouse.lock", CLICKHOUSE),
        ("requirements-dev.lock", DEVELOPMENT),
    ],
    ids=["runtime", "clickhouse", "development"],
)
def test_lock__every_requirement__pinned_to_what_satisfies_it(lock, wanted):
    pinned = pins(lock)
    unsatisfied = [text for text in wanted if not is_satisfied(Requirement(text), pinned)]

    assert unsatisfied == [], ADVICE


def test_lock__larger__holds_the_pins_of_the_smaller():
    runtime, clickhouse = pins("requirements.lock"), pins("requirements-clickhouse.lock")

    assert runtime.items() <= clickhouse.items() <= pins("requirements-dev.lock").items(), ADVICE


@pytest.mark.parametrize(
    "lock",
    [
        "requirements.lock",
        "requirements-clickhouse.lock",
        "requirements-dev.lock",
        ".ci/chdb.lock",
        ".ci/oracles.lock",
    ],
)
def test_lock__any__hashed_and_without_addresses(lock):
    text = (ROOT / lock).read_text()

    assert text.count("\n    --hash=sha256:") >= len(pins(lock)) > 0
    assert "://" not in text
