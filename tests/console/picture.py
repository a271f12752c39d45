"""Makes docs/console.png, the picture of the README: `python -m tests.console.picture`."""

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from playwright.sync_api import sync_playwright

from tests.console.demo import fill, utc_now
from tests.frontend.conftest import ARGUMENTS
from tests.frontend.servers import KEY, ROOT, running_api

TARGET = ROOT / "docs/console.png"
SIZE = {"width": 1440, "height": 920}


def main() -> None:
    """Start a server, make the demo, open the experiment, and take the picture."""
    with tempfile.TemporaryDirectory() as folder, running_api(Path(folder), {}) as api:
        url = f"http://127.0.0.1:{api.port}"

        def call(method: str, path: str, body: object = None) -> Any:
            data = None if body is None else json.dumps(body).encode()
            headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
            with urlopen(Request(url + path, data, headers, method=method)) as response:  # noqa: S310
                return json.load(response)

        call("PATCH", "/api/projects/1/", {"name": "Web shop"})
        call("PATCH", "/api/users/@me/", {"first_name": "Ada", "last_name": "Lovelace"})
        experiment = fill(call, "/api/projects/1/", utc_now())
        log = (Path(folder) / f"{api.port}.log").read_text()
        link = next(word for word in log.split() if "/login#code=" in word)
        _take(link, f"{url}/project/1/experiments/{experiment['id']}")


def _take(link: str, address: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=ARGUMENTS
        )
        page = browser.new_page(viewport=SIZE, locale="en-GB", color_scheme="light")
        page.goto(link)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.get_by_role("navigation", name="Main").wait_for()
        page.goto(address)
        page.get_by_text("chance to win").first.wait_for()
        page.wait_for_load_state("networkidle")
        page.screenshot(path=TARGET)
        browser.close()


if __name__ == "__main__":
    main()
