"""The snippets of README.md and of docs/sdks.md, run as they stand."""

import functools
import os
import re
import shutil
import subprocess
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.frontend.conftest import chromium, installed, playwright  # noqa: F401 - fixtures
from tests.frontend.servers import KEY, ROOT, running_api
from tests.sdks.installed import node_package, python_with

_TEXT = (ROOT / "README.md").read_text()
_FIRST = _TEXT[_TEXT.index("## First request") : _TEXT.index("## Ask for the variant")]
_LIFE = _TEXT[_TEXT.index("## The life of") : _TEXT.index("## Where the rest is")]
[CREATE] = re.findall(r"(curl .*?)```", _FIRST, re.DOTALL)
[STORY] = re.findall(r"```sh\n(.*?)```", _LIFE, re.DOTALL)
_SDKS = (ROOT / "docs/sdks.md").read_text()
_SECTION = _SDKS[_SDKS.index("## First variants") : _SDKS.index("## Ask for flags")]
[PYTHON] = re.findall(r"```python\n(.*?)```", _SECTION, re.DOTALL)
[NODE] = re.findall(r"```js\n(.*?)```", _SECTION, re.DOTALL)
LAUNCH, PAGE, CURL, RESULTS = re.findall(r"```sh\n(.*?)```", _SECTION, re.DOTALL)
LOCAL = "http://127.0.0.1:8000"
VARIANTS = {"control", "test"}


class Reader:
    """Somebody who follows the page in a shell of their own."""

    def __init__(self, folder: Path, host: str) -> None:
        self.folder = folder
        self.environment = dict(os.environ) | {"KEY": KEY, "HOST": host}

    def shell(self, script: str) -> str:
        done = self.run("bash", "-euc", script + "\nprintf '\\n%s\\n%s' $TOKEN $EXPERIMENT")
        *output, token, experiment = done.splitlines()
        self.environment |= {"TOKEN": token, "EXPERIMENT": experiment}
        return "\n".join(output)

    def run(self, *command: str) -> str:
        done = subprocess.run(  # noqa: S603 (commands of the page)
            command,
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    folder = tmp_path_factory.mktemp("readme")
    with running_api(folder, {}) as api:
        reader = Reader(folder, f"http://127.0.0.1:{api.port}")
        reader.run("bash", "-euc", CREATE.replace(LOCAL, "$HOST"))
        reader.shell(LAUNCH)
        yield reader


@pytest.fixture
def exposed(reader):
    def exposed():
        [*_, shown] = reader.shell(RESULTS).strip().splitlines()
        return sum(map(int, re.findall(r"\d+", shown)))

    return exposed


def test_readme__life_of_an_experiment__as_told(reader):
    told = re.findall(r"^# (.*)$", STORY, re.MULTILINE)

    assert reader.run("bash", "-euc", STORY.replace(LOCAL, "$HOST")).splitlines() == told


def test_readme__python__is_exposed(reader, exposed):
    before = exposed()
    assert reader.run(str(python_with("newest")), "-c", PYTHON).strip() in VARIANTS
    assert exposed() == before + 1


def test_readme__node__is_exposed(reader, exposed):
    before = exposed()
    package = node_package("posthog-node", "latest")
    reader.environment["NODE_PATH"] = str(package.parent)
    assert reader.run(str(shutil.which("node")), "-e", NODE).strip() in VARIANTS
    assert exposed() == before + 1


def test_readme__curl__is_exposed(reader, exposed):
    before = exposed()
    assert reader.shell(CURL).split()[0] in VARIANTS
    assert exposed() == before + 1


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


def test_readme__page__shows_the_variant(reader, chromium):  # noqa: F811 - the fixture
    reader.shell(PAGE)
    packages = reader.folder / "node_modules"
    packages.symlink_to(node_package("posthog-js", "latest").parent)
    handler = functools.partial(_Quiet, directory=str(reader.folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as site:
        Thread(target=site.serve_forever, daemon=True).start()
        with chromium.new_context() as context:
            page = context.new_page()
            page.goto(f"http://localhost:{site.server_port}/page.html")
            page.wait_for_function("document.getElementById('variant').textContent")
            assert page.text_content("#variant") in VARIANTS
        site.shutdown()
