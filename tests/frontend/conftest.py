"""A page on one port, the API on another, and a browser."""

import functools
import os
import re
import shutil
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright, sync_playwright

from tests.frontend.servers import API, ROOT, create_user, running_api

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class _QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


def find_chromium() -> str | None:
    """Return the path of a Chromium; the shell without windows takes half the time."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="module")
def installed() -> str:
    path = find_chromium()
    if path is None:
        missing = "No Chromium here; install it, for example: apt-get install chromium"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(missing)
    return path


@pytest.fixture(scope="module")
def playwright(installed: str) -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="module")
def chromium(playwright: Playwright, installed: str) -> Iterator[Browser]:
    with playwright.chromium.launch(executable_path=installed, args=ARGUMENTS) as browser:
        yield browser


@pytest.fixture
def browser(chromium: Browser) -> Iterator[BrowserContext]:
    with chromium.new_context() as context:
        yield context


@pytest.fixture
def generous_browser(
    playwright: Playwright, installed: str, tmp_path: Path
) -> Iterator[BrowserContext]:
    # It keeps the cookies of other sites, which Debian's Chromium does not by itself.
    (tmp_path / "Default").mkdir()
    (tmp_path / "Default/Preferences").write_text('{"profile": {"cookie_controls_mode": 0}}')
    with playwright.chromium.launch_persistent_context(
        tmp_path, executable_path=installed, args=ARGUMENTS
    ) as context:
        yield context


@pytest.fixture(scope="module")
def page_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("page")
    shutil.copytree(ROOT / "tests/frontend/page", folder, dirs_exist_ok=True)
    documentation = (ROOT / "docs/frontend.md").read_text()
    blocks = re.findall(r"^```js\n(.*?)^```$", documentation, re.MULTILINE | re.DOTALL)
    (folder / "api.js").write_text("".join(blocks))
    handler = functools.partial(_QuietHandler, directory=folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.fixture(scope="module")
def api(installed: str, page_port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[API]:
    settings = {
        "CORS_ALLOWED_ORIGINS": f"http://localhost:{page_port}",
        "RATE_LIMIT_ENABLED": "yes",
        "RATE_LIMIT_SUSTAINED": "20/hour",
    }
    with running_api(tmp_path_factory.mktemp("api"), settings) as server:
        create_user(server)
        yield server


@pytest.fixture(scope="module")
def crossing_api(api: API) -> Iterator[API]:
    with running_api(api.folder, api.settings | {"CROSS_SITE_COOKIES": "yes"}) as server:
        yield server
