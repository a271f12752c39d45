"""The console over plain HTTP, where browsers keep what they give to secure pages only."""

import pytest
from playwright.sync_api import expect

# What pages over plain HTTP go without, except those of localhost.
WITHOUT = "delete Crypto.prototype.randomUUID; delete Navigator.prototype.clipboard;"


@pytest.fixture(scope="module")
def project(server):
    return server.project("Plain HTTP")


@pytest.fixture
def page(owner, project):
    owner.page.add_init_script(WITHOUT)
    return owner.open(f"{project.replace('/api/projects/', '/project/')}holdouts")


def test_holdout__created_over_plain_http__there(page):
    page.get_by_role("button", name="New holdout").click()
    page.get_by_label("Name").fill("Over plain HTTP")
    page.get_by_role("button", name="Create holdout").click()

    expect(page.get_by_role("link", name="Over plain HTTP")).to_be_visible()


def test_copy__in_a_dialog_over_plain_http__what_is_pasted(page):
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Show as curl").click()
    command = page.get_by_role("dialog").locator("pre").inner_text()
    page.get_by_role("dialog").get_by_role("button", name="Copy").click()
    expect(page.get_by_text("Copied the command")).to_be_visible()
    page.get_by_role("searchbox").focus()
    page.keyboard.press("Control+v")

    expect(page.get_by_role("searchbox")).to_have_value(" ".join(command.split("\n")))


def test_copy__refused_by_the_browser__said_and_the_dialog_stays(page):
    page.evaluate("document.execCommand = () => false")
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Show as curl").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Copy").click()

    expect(dialog.get_by_role("alert")).to_contain_text("The browser does not copy")
