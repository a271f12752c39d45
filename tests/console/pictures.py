"""Pictures of the console with the demo, for people to look at.

`python -m tests.console.pictures var/pictures` makes two of each of twelve screens: wide in the
light, narrow in the dark; with `wide` behind it only those. `--readme` instead of the folder makes
docs/console.png.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.console.conftest import Server
from tests.frontend.conftest import ARGUMENTS, find_chromium
from tests.frontend.servers import EMAIL, PASSWORD, ROOT, running_api

README = ROOT / "docs/console.png"
SHOWN = "one-page-checkout"
SCREENS = {
    "experiments": "experiments",
    "results": "experiments/{experiment}?open={metric}",
    "exposures": "experiments/{experiment}/exposures",
    "metrics": "experiments/{experiment}/metrics",
    "draft": "experiments/{draft}",
    "new-experiment": "experiments/new",
    "flags": "feature_flags",
    "flag": "feature_flags/{flag}",
    "test-a-person": "feature_flags/{flag}/test",
    "holdouts": "holdouts",
    "activity": "activity",
    "settings": "settings/keys",
}
# How long a page may load, in milliseconds: other programs may keep the machine busy.
PATIENCE = 120_000
# Wide and narrow, as color scheme and size.
LOOKS = {"wide": ("light", (1440, 900)), "narrow": ("dark", (390, 844))}


def main(target: str, *looks: str) -> None:
    """Start a server with the demo and take the pictures."""
    with tempfile.TemporaryDirectory() as folder, running_api(Path(folder), {}) as api:
        server = Server(api, f"http://127.0.0.1:{api.port}", Path(folder) / f"{api.port}.log")
        server.manage("create_user", EMAIL, "--password", PASSWORD, "--level", "owner")
        server.call("PATCH", "/api/users/@me/", {"first_name": "Ada", "last_name": "Lovelace"})
        server.manage("load_demo")
        addresses = _addresses(server)
        with _browser() as browser:
            if target == "--readme":
                with _signed_in(browser, server, "light", (1440, 1000)) as page:
                    _take(page, server.url + addresses["results"], README)
            else:
                _take_all(browser, server, addresses, Path(target), looks or tuple(LOOKS))


def _addresses(server: Server) -> dict[str, str]:
    projects = server.call("GET", "/api/organizations/@current/projects/")["results"]
    project = next(one["id"] for one in projects if one["name"] == "Demo")
    path = f"/api/projects/{project}/experiments/"
    listed = server.call("GET", f"{path}?limit=100")["results"]
    shown = next(one for one in listed if one["feature_flag_key"] == SHOWN)
    metric = shown["metrics"][0]
    asked = {"metric": metric, "fingerprint": metric["fingerprint"]}
    server.call("POST", f"{path}{shown['id']}/recalculate_timeseries/", asked)
    known: dict[str, Any] = {
        "experiment": shown["id"],
        "metric": metric["uuid"],
        "flag": shown["feature_flag"]["id"],
        "draft": next(one["id"] for one in listed if not one["start_date"]),
    }
    return {name: f"/project/{project}/{page.format(**known)}" for name, page in SCREENS.items()}


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        yield browser
        browser.close()


def _take_all(
    browser: Browser,
    server: Server,
    addresses: dict[str, str],
    folder: Path,
    looks: tuple[str, ...],
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for look in looks:
        scheme, size = LOOKS[look]
        with _signed_in(browser, server, scheme, size) as page:
            for name, address in addresses.items():
                target = folder / f"{name}-{look}.png"
                _take(page, server.url + address, target, full_page=True)


@contextmanager
def _signed_in(
    browser: Browser, server: Server, scheme: str, size: tuple[int, int]
) -> Iterator[Page]:
    viewport = {"width": size[0], "height": size[1]}
    options: dict[str, Any] = {"viewport": viewport, "color_scheme": scheme, "locale": "en-GB"}
    with browser.new_context(reduced_motion="reduce", **options) as context:
        login = {"email": EMAIL, "password": PASSWORD}
        assert context.request.post(f"{server.url}/api/login/", data=login).ok
        yield context.new_page()


def _take(page: Page, url: str, target: Path, *, full_page: bool = False) -> None:
    page.goto(url, timeout=PATIENCE)
    page.locator("h1").first.wait_for(timeout=PATIENCE)
    # What loads shows a skeleton; the network is never quiet while results are polled.
    expect(page.locator(".skeleton")).to_have_count(0, timeout=PATIENCE)
    page.screenshot(path=target, full_page=full_page)


if __name__ == "__main__":
    main(*sys.argv[1:])
