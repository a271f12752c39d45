"""A browser on the server that bin/serve starts, and a page that must stay silent."""

import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.frontend.conftest import chromium, installed, playwright
from tests.frontend.servers import API, EMAIL, KEY, PASSWORD, ROOT, running_api

__all__ = ["chromium", "installed", "playwright"]

# Machines that do other things as well are slow.
expect.set_options(timeout=20_000)
# What a browser says by itself about an answer that the page expects.
EXPECTED = "Failed to load resource: the server responded with a status of"


@dataclass
class Server:
    """The server under the console, and a way to prepare things on it."""

    api: API
    url: str
    log: Path

    def call(self, method: str, path: str, body: object = None) -> Any:
        """Call the API with the key of the bootstrapped owner, and return the answer."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
        request = Request(self.url + path, data, headers, method=method)  # noqa: S310
        try:
            with urlopen(request, timeout=20) as response:  # noqa: S310
                return json.load(response)
        except HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.read().decode()}") from error

    def manage(self, *arguments: str) -> str:
        """Run a management command and return what it prints."""
        done = subprocess.run(  # noqa: S603 (a command of ours)
            [ROOT / "bin/manage", *arguments],
            cwd=ROOT,
            env=self.api.environment,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    def project(self, name: str) -> str:
        """Make a project and return the path of its API."""
        organization = self.call("GET", "/api/organizations/@current/")["id"]
        made = self.call("POST", f"/api/organizations/{organization}/projects/", {"name": name})
        return f"/api/projects/{made['id']}/"


@dataclass
class Watched:
    """A page, and all that it should not have said or asked for."""

    page: Page
    url: str
    noise: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go to a path of the console."""
        self.page.goto(self.url + path)
        return self.page


def confirm(page: Page, name: str) -> None:
    page.get_by_role("dialog").get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_role("dialog")).to_be_hidden()


def end_session(page: Page) -> None:
    # What is still asked for would find out at once.
    page.wait_for_load_state("networkidle")
    page.context.clear_cookies(name="sessionid")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("console")
    with running_api(folder, {}) as api:
        server = Server(api, f"http://127.0.0.1:{api.port}", folder / f"{api.port}.log")
        server.manage("create_user", EMAIL, "--password", PASSWORD, "--level", "owner")
        yield server


@pytest.fixture(scope="module")
def profile(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser profile that the tests of a file share for its cache of modules."""
    with chromium.new_context(locale="en-GB", viewport={"width": 1440, "height": 900}) as context:
        context.set_default_timeout(30_000)
        yield context


@pytest.fixture
def context(profile: BrowserContext, server: Server) -> Iterator[BrowserContext]:
    yield profile
    _forget(profile, server.url)


def _forget(context: BrowserContext, origin: str) -> None:
    """Close all pages, and drop cookies, what is stored, permissions and routes."""
    context.unroute_all(behavior="ignoreErrors")
    page = context.new_page()
    for other in context.pages:
        if other != page:
            other.close()
    stored = {"origin": origin, "storageTypes": "local_storage"}
    context.new_cdp_session(page).send("Storage.clearDataForOrigin", stored)
    page.close()
    context.clear_cookies()
    context.clear_permissions()


@pytest.fixture
def watch(server: Server) -> Iterator[Callable[[BrowserContext], Watched]]:
    pages: list[Watched] = []

    def open_page(context: BrowserContext) -> Watched:
        watched = Watched(context.new_page(), server.url)
        watched.page.on("console", lambda message: _hear(watched, message.text))
        watched.page.on("pageerror", lambda error: watched.noise.append(str(error)))
        watched.page.on("request", lambda request: _hear_request(watched, request.url))
        pages.append(watched)
        return watched

    yield open_page
    assert [noise for watched in pages for noise in watched.noise] == []


def _hear(watched: Watched, text: str) -> None:
    if not text.startswith(EXPECTED):
        watched.noise.append(text)


def _hear_request(watched: Watched, url: str) -> None:
    if not url.startswith((watched.url, "data:", "blob:")):
        watched.noise.append(f"asked {url}")


@pytest.fixture
def nobody(watch: Callable[[BrowserContext], Watched], context: BrowserContext) -> Watched:
    return watch(context)


@pytest.fixture
def owner(nobody: Watched, server: Server, context: BrowserContext) -> Watched:
    # The API's own login is quicker than the page, which has tests of its own.
    response = context.request.post(
        f"{server.url}/api/login/", data={"email": EMAIL, "password": PASSWORD}
    )
    assert response.ok
    return nobody


@pytest.fixture
def make(server: Server, project: str) -> Callable[..., dict]:
    """Make an experiment in the project of the module."""

    def one(key: str, **fields: object) -> dict:
        body = {"name": f"Experiment {key}", "feature_flag_key": key, **fields}
        return server.call("POST", f"{project}experiments/", body)

    return one


@pytest.fixture(scope="module")
def run(chromium: Browser, server: Server) -> Iterator[Callable[..., Any]]:
    """Call what a pure module exports, in the page that serves it."""
    with chromium.new_context(locale="en-GB") as context:
        page = context.new_page()
        page.goto(f"{server.url}/login")
        icon = page.locator("link[rel=icon]").get_attribute("href") or ""
        base = icon.removesuffix("icon.svg")

        def call(module: str, name: str, *arguments: object) -> Any:
            script = "async ([path, name, all]) => (await import(path))[name](...all)"
            return page.evaluate(script, [f"{base}domain/{module}.js", name, list(arguments)])

        yield call
