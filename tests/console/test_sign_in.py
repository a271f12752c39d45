import re

import pytest
from playwright.sync_api import expect

from tests.console.conftest import end_session
from tests.frontend.servers import EMAIL, PASSWORD, running_api


def sign_in_with_password(page, password):
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_sign_in__link_of_bin_serve__signs_in_once(nobody, server, watch, chromium):
    link = re.search(r"https?://\S+/login#code=\S+", server.log.read_text())[0]
    nobody.page.goto(link)
    expect(nobody.page).to_have_url(f"{server.url}/login")  # the code is in no history

    nobody.page.get_by_role("button", name="Sign in", exact=True).click()

    expect(nobody.page.get_by_text("owner@example.com").first).to_be_visible()
    with chromium.new_context() as other:
        page = watch(other).page
        page.goto(link)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("bin/manage login_code")


def test_sign_in__password__to_the_page_that_was_asked_for_and_out_again(nobody):
    page = nobody.open("/project/1/experiments?status=draft")
    sign_in_with_password(page, PASSWORD)

    expect(page.get_by_role("heading", name="Experiments")).to_be_visible()
    expect(page).to_have_url(f"{nobody.url}/project/1/experiments?status=draft")
    page.get_by_role("button", name=EMAIL).click()
    page.get_by_role("menuitem", name="Sign out").click()

    expect(page.get_by_label("Password")).to_be_visible()
    page.goto(f"{nobody.url}/project/1/experiments")
    expect(page.get_by_label("Password")).to_be_visible()


def test_sign_in__one_time_code__pasted_as_a_link(nobody, server):
    code = server.manage("login_code", "owner@example.com")
    page = nobody.open("/login")
    page.get_by_role("button", name="Use a one-time code").click()
    page.get_by_label("One-time code").fill(f"{server.url}/login#code={code}")
    page.get_by_role("button", name="Sign in", exact=True).click()

    expect(page.get_by_text("owner@example.com").first).to_be_visible()


def test_sign_in__wrong_password__said_above_the_form(nobody):
    page = nobody.open("/login")
    sign_in_with_password(page, "wrong")

    expect(page.get_by_role("alert")).to_have_text("E-mail and password do not belong together.")


@pytest.fixture
def strict_server(tmp_path):
    with running_api(tmp_path, {}) as api:
        yield api


def test_sign_in__too_many_failures__says_when_again(context, strict_server):
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{strict_server.port}/login")
    alert = page.get_by_role("alert")
    for _ in range(31):
        sign_in_with_password(page, "wrong")
        expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_enabled()

    expect(alert).to_contain_text(re.compile("Too many attempts|too many|locked", re.IGNORECASE))


def test_sign_in__session_ends_while_the_page_is_open__asks_and_goes_on(owner):
    page = owner.open("/project/1/experiments")
    expect(page.get_by_role("heading", name="Experiments")).to_be_visible()
    end_session(page)
    page.get_by_role("button", name="Paused").click()

    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in", exact=True).click()

    expect(dialog).to_be_hidden()
    expect(page.get_by_text("No experiments here.")).to_be_visible()


def test_sign_in__link_pasted_over_the_page__asks_whether_to_sign_in(nobody):
    page = nobody.open("/login")
    expect(page.get_by_label("Password")).to_be_visible()
    page.goto(f"{nobody.url}/login#code=1.abc")

    expect(page.get_by_text("This link signs you in once.")).to_be_visible()
    expect(page).to_have_url(f"{nobody.url}/login")
