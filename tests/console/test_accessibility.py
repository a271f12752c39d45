import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.console.demo import fill, utc_now
from tests.console.screens import ELSEWHERE, SCREENS, paths
from tests.frontend.servers import EMAIL, PASSWORD

VIEWS = {"light": (1440, 900), "dark": (360, 740)}


@pytest.fixture(scope="module")
def addresses(server):
    project = server.project("To look at")
    experiment = fill(server.call, project, utc_now())
    return paths(project, experiment["id"], experiment["feature_flag"]["id"])


@pytest.fixture(scope="module", params=VIEWS)
def viewer(request, chromium, server):
    width, height = VIEWS[request.param]
    with chromium.new_context(
        locale="en-GB",
        color_scheme=request.param,
        viewport={"width": width, "height": height},
        reduced_motion="reduce",
    ) as context:
        login = {"email": EMAIL, "password": PASSWORD}
        assert context.request.post(f"{server.url}/api/login/", data=login).ok
        yield request.param, context.new_page()


def violations(page):
    found = Axe().run(page).response["violations"]
    return [
        (one["id"], node["html"][:160], node["failureSummary"][:200])
        for one in found
        for node in one["nodes"][:3]
    ]


@pytest.mark.parametrize("name", [*SCREENS, *ELSEWHERE])
def test_screen__both_schemes_and_widths__no_violation_and_never_sideways(
    name, viewer, addresses, server
):
    _, page = viewer
    page.goto(server.url + addresses[name])
    expect(page.locator("h1").first).to_be_visible()
    page.wait_for_load_state("networkidle")

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_dialogs__both_schemes__no_violation(viewer, addresses, server):
    _, page = viewer
    page.goto(server.url + addresses["experiment"])
    for name in ("End…", "Ship a variant…", "How this is read"):
        page.get_by_role("button", name=name).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        assert violations(page) == []
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Go to")).to_be_focused()
    assert violations(page) == []


def test_sign_in_page__nobody__no_violation(chromium, server):
    with chromium.new_context(locale="en-GB") as context:
        page = context.new_page()
        page.goto(f"{server.url}/login")
        expect(page.get_by_label("Password")).to_be_visible()

        assert violations(page) == []
