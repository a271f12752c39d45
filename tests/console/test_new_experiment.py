import pytest
from playwright.sync_api import expect


@pytest.fixture(scope="module")
def project(server):
    return server.project("Planned here")


@pytest.fixture
def page(owner, project):
    return owner.open(f"{project.replace('/api/projects/', '/project/')}experiments/new")


def add_metric(page, button, name, event):
    page.get_by_role("button", name=button).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_label("of the event").fill(event)
    dialog.get_by_role("button", name="Add metric").click()
    expect(dialog).to_be_hidden()


def fill_plan(page):
    page.get_by_label("Today, in percent").fill("8.3")
    page.get_by_label("Smallest change").fill("8")
    page.get_by_label("People a day").fill("2400")


def test_new__flag_three_variants_holdout_metrics_plan__stored_as_the_summary_said(
    page, server, project
):
    body = {"name": "Never", "filters": [{"properties": [], "rollout_percentage": 5}]}
    holdout = server.call("POST", f"{project}experiment_holdouts/", body)
    page.reload()
    page.get_by_label("Name").fill("Checkout: one page")
    expect(page.get_by_label("Flag key")).to_have_value("checkout-one-page")
    page.get_by_role("button", name="Variant", exact=True).click()
    page.get_by_label("Key of variant 3").fill("express")
    page.get_by_label("Holdout").select_option(str(holdout["id"]))
    add_metric(page, "Primary metric", "Purchases", "purchase")
    add_metric(page, "Secondary metric", "Errors", "payment_failed")
    fill_plan(page)
    summary = page.get_by_role("complementary", name="Summary")
    expect(summary).to_contain_text("days")
    expect(summary).to_contain_text("control 34 % · test 33 % · express 33 %")
    page.get_by_role("button", name="Create draft").click()
    expect(page.get_by_role("heading", name="Checkout: one page")).to_be_visible()

    made = server.call("GET", f"{project}experiments/?search=Checkout")["results"][0]
    variants = made["feature_flag"]["filters"]["multivariate"]["variants"]
    names = [one["name"] for one in made["metrics"] + made["metrics_secondary"]]
    assert [one["key"] for one in variants] == ["control", "test", "express"]
    assert (made["holdout_id"], names) == (holdout["id"], ["Purchases", "Errors"])
    assert made["parameters"]["recommended_running_time"] > 20
    assert made["parameters"]["minimum_detectable_effect"] == 8


def test_new__days_there_are__the_change_that_is_found_in_them(page):
    fill_plan(page)
    summary = page.get_by_role("complementary", name="Summary")
    expect(summary).to_contain_text("24 days")
    page.get_by_label("Or in so many days").fill("10")
    page.get_by_label("Or in so many days").press("Tab")

    expect(page.get_by_label("Smallest change")).to_have_value("12.14")
    expect(summary).to_contain_text("10 days")


def test_new__existing_flag__its_variants_are_used(page, server, project):
    shares = [{"key": "control", "rollout_percentage": 80}, {"key": "b", "rollout_percentage": 20}]
    body = {
        "key": "there-before",
        "filters": {"multivariate": {"variants": shares}, "groups": [{}]},
    }
    server.call("POST", f"{project}feature_flags/", body)
    page.get_by_label("Name").fill("On a flag")
    page.get_by_label("Existing flag").check()
    page.get_by_role("radio", name="there-before").check()
    page.get_by_role("button", name="Create draft").click()

    expect(page.get_by_role("heading", name="On a flag")).to_be_visible()
    made = server.call("GET", f"{project}experiments/?search=On+a+flag")["results"][0]
    assert made["feature_flag_key"] == "there-before"


def test_new__shares_not_100__said_at_the_variants(page):
    page.get_by_label("Name").fill("Uneven")
    page.get_by_label("Share of variant 1").fill("70")
    page.get_by_role("button", name="Create draft").click()

    expect(page.locator(".variants .error").last).to_have_text(
        "The shares add up to 120 %, not 100."
    )
    expect(page.get_by_label("Key of variant 1")).to_be_focused()


def test_new__key_is_taken__said_at_the_key(page, server, project):
    server.call("POST", f"{project}feature_flags/", {"key": "taken", "filters": {"groups": [{}]}})
    page.get_by_label("Name").fill("Taken")
    page.get_by_role("button", name="Create draft").click()

    expect(page.get_by_role("alert").first).to_be_visible()


def test_new__reloaded__draft_is_still_there(page):
    page.get_by_label("Name").fill("Not lost")
    page.reload()

    expect(page.get_by_label("Name")).to_have_value("Not lost")


def test_new__by_keyboard_alone__created(page):
    page.get_by_label("Name").focus()
    page.keyboard.type("By keyboard")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="By keyboard")).to_be_visible()
