from urllib.parse import urlencode

import pytest

from tests.frontend.servers import EMAIL, KEY, PASSWORD

DAY = [
    ["list", "200", "true"],
    ["create", "201", "draft"],
    ["repeat", "201", "the same"],
    ["patch the flag", "200", "Seen by a browser"],
    ["launch", "200", "running"],
    ["read", "200", "string"],
    ["edit", "200", "First"],
    ["edit an old state", "412", "precondition_failed"],
]
SESSION_DAY = [
    ["log in", "200", "success true"],
    *DAY,
    ["write without token", "403", "permission_denied: CSRF Failed: CSRF token missing."],
    ["log out", "200", "success true"],
]


@pytest.fixture
def steps(page_port):
    def take(browser, *, page_host, api_url, key=""):
        page = browser.new_page()
        page.goto(f"http://{page_host}:{page_port}/?{urlencode({'api': api_url})}")
        page.fill("[name=email]", EMAIL)
        page.fill("[name=password]", PASSWORD)
        page.fill("[name=key]", key)
        page.click("button")
        page.wait_for_selector("body[data-done]", timeout=60_000)
        return [row.locator("td").all_inner_texts() for row in page.locator("tbody tr").all()]

    return take


def test_page__session_on_another_port__whole_day(steps, browser, api):
    taken = steps(browser, page_host="localhost", api_url=f"http://localhost:{api.port}")

    assert taken == SESSION_DAY


def test_page__key__whole_day_and_told_to_wait(steps, browser, api):
    taken = steps(browser, page_host="localhost", api_url=f"http://127.0.0.1:{api.port}", key=KEY)

    assert taken == [*DAY, ["ask too often", "429", "throttled, wait true"]]


def test_page__another_site_and_cookies_cross__whole_day(steps, generous_browser, crossing_api):
    api_url = f"http://127.0.0.1:{crossing_api.port}"

    taken = steps(generous_browser, page_host="localhost", api_url=api_url)

    assert taken == SESSION_DAY


def test_page__another_site_and_cookies_stay__not_logged_in(steps, generous_browser, api):
    taken = steps(generous_browser, page_host="localhost", api_url=f"http://127.0.0.1:{api.port}")

    assert taken[:2] == [["log in", "200", "success true"], ["list", "401", "not_authenticated"]]


def test_page__origin_not_named__told_nothing(steps, browser, api):
    taken = steps(browser, page_host="127.0.0.1", api_url=f"http://localhost:{api.port}", key=KEY)

    assert {status for _, status, _ in taken} == {"none"}
