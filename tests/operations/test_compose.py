import re
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands

ROOT = Path(__file__).parent.parent.parent
PRODUCTION = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DEVELOPMENT = yaml.safe_load((ROOT / "docker-compose.dev.yml").read_text())
EXAMPLE = (ROOT / ".env.example").read_text()
COMMAND = "docker compose -f docker-compose.yml -f docker-compose.dev.yml up --build"


def test_development__its_services__those_of_production():
    assert DEVELOPMENT["services"].keys() == {"setup", "api", "scheduler"}
    assert DEVELOPMENT["services"].keys() < PRODUCTION["services"].keys()


@pytest.mark.parametrize("name", DEVELOPMENT["services"])
def test_development__service_of_ours__source_mounted_and_a_fixed_key(name):
    service = DEVELOPMENT["services"][name]

    assert service["volumes"] == [".:/app:ro"]
    assert service["environment"]["EXPERIMENTS_API_KEY"] == "phx_for_development_only"
    assert all(isinstance(value, str) for value in service["environment"].values())


def test_development__server_and_scheduler__loaded_anew_after_a_change():
    commands = {name: DEVELOPMENT["services"][name]["command"] for name in ("api", "scheduler")}

    # Both watch the source by themselves: the first always does.
    assert commands["api"][:3] == ["python", "manage.py", "runserver"]
    assert commands["scheduler"] == ["python", "manage.py", "run_scheduler", "--reload"]
    assert {command[2] for command in commands.values()} <= get_commands().keys()


def test_production__its_services__nothing_of_development():
    text = (ROOT / "docker-compose.yml").read_text()

    assert "runserver" not in text
    assert "phx_" not in text
    assert ".:/app" not in text


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docker-compose.dev.yml"])
def test_development__the_command__documented(page):
    assert COMMAND in (ROOT / page).read_text()


def test_production__variables_of_the_example_file__passed_on():
    for_both_and_compose, _ = EXAMPLE.split("# --- Only without docker compose")
    named = re.findall(r"^# ?(\w+)=", for_both_and_compose, re.MULTILINE)
    passed = re.findall(r"\$\{(\w+):-", (ROOT / "docker-compose.yml").read_text())

    assert {*named} == {*passed}


def test_production__clickhouse__only_with_its_profile():
    service = PRODUCTION["services"]["clickhouse"]

    assert service["profiles"] == ["clickhouse"]
    assert service["healthcheck"]["test"][0] == "CMD-SHELL"
    assert service["volumes"] == ["events:/var/lib/clickhouse"]
    assert "events" in PRODUCTION["volumes"]


def test_production__setup__waits_for_clickhouse_where_it_is_started():
    waited = PRODUCTION["services"]["setup"]["depends_on"]["clickhouse"]

    assert waited == {"condition": "service_healthy", "required": False}


@pytest.mark.parametrize("name", ["setup", "api", "scheduler"])
def test_production__services_of_ours__told_where_events_are(name):
    assert PRODUCTION["services"][name]["environment"]["EVENTS_URL"] == "${EVENTS_URL:-}"


def test_production__clickhouse__documented():
    page = (ROOT / "docs/events.md").read_text()

    assert "docker compose --profile clickhouse up" in page
