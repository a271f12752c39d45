"""Slow networks, servers that are away, two people at once, phones, and keys only."""

import re
import subprocess
import time

import pytest
from playwright.sync_api import expect

from tests.console.conftest import end_session
from tests.frontend.servers import KEY, PASSWORD


@pytest.fixture(scope="module")
def project(server):
    return server.project("Trouble")


@pytest.fixture
def pages(project):
    return project.replace("/api/projects/", "/project/")


def test_list__slow_network__frame_first_and_no_jump(owner, context, pages, make):
    make("slow")

    def later(route):
        time.sleep(1)
        route.continue_()

    context.route(re.compile("/api/projects/.*/experiments/"), later)
    page = owner.open(f"{pages}experiments")
    expect(page.get_by_role("status", name="Loading")).to_be_visible()
    expect(page.get_by_role("link", name="New experiment")).to_be_visible()

    expect(page.get_by_role("link", name="Experiment slow")).to_be_visible()
    expect(page.get_by_role("status", name="Loading")).to_have_count(0)


def test_experiment__server_restarts__old_numbers_stay_until_it_is_back(
    owner, context, pages, make
):
    made = make("restart")
    page = owner.open(f"{pages}experiments/{made['id']}")
    expect(page.get_by_text("Before the launch")).to_be_visible()
    context.route("**/api/**", lambda route: route.fulfill(status=502, body="Bad gateway"))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_text("The server does not answer. What you see is from")).to_be_visible()
    expect(page.get_by_text("Before the launch")).to_be_visible()
    context.unroute("**/api/**")
    page.get_by_role("button", name="Try again").click()

    expect(page.get_by_text("The server does not answer.")).to_have_count(0)


def test_list__server_is_busy__asked_again_by_itself(owner, context, pages, make):
    make("patience")
    busy = {"detail": "Too many at once.", "code": "at_capacity", "attr": None}
    context.route("**/experiments/?*", lambda route: route.fulfill(status=503, json=busy))
    page = owner.open(f"{pages}experiments?search=patience")
    expect(page.get_by_role("alert")).to_contain_text("Too many at once.")
    expect(page.get_by_role("alert")).to_contain_text("by itself in")
    context.unroute("**/experiments/?*")

    expect(page.get_by_role("link", name="Experiment patience")).to_be_visible()


def test_tab__its_file_does_not_arrive__tried_again(owner, context, pages, make):
    page = owner.open(f"{pages}experiments/{make('late-file')['id']}")
    expect(page.get_by_text("Before the launch")).to_be_visible()
    context.route("**/ui/history.js", lambda route: route.fulfill(status=503))
    page.get_by_role("link", name="History").click()
    expect(page.get_by_text("Part of the page did not arrive.")).to_be_visible()
    context.unroute("**/ui/history.js")
    page.get_by_role("button", name="Try again").click()

    expect(page.get_by_role("heading", name="History")).to_be_visible()


def test_results__page_breaks__says_so_and_other_tabs_go_on(owner, context, pages, make):
    made = make("broken", start_date="2026-01-01T00:00:00Z")
    context.route("**/results/", lambda route: route.fulfill(json={"metrics": 5}))
    page = owner.open(f"{pages}experiments/{made['id']}")
    expect(page.get_by_role("alert")).to_contain_text("A fault of the console")
    page.get_by_role("link", name="Settings").first.click()

    expect(page.get_by_role("heading", name="Project settings")).to_be_visible()
    assert owner.noise
    owner.noise.clear()


def test_project__missing__says_so(owner):
    page = owner.open("/project/987654/experiments")

    expect(page.get_by_text("There is no project here.")).to_be_visible()


def test_experiment__server_is_busy__dialog_stays_and_says_why(owner, context, pages, make):
    made = make("busy")
    page = owner.open(f"{pages}experiments/{made['id']}")
    busy = {"detail": "Too many at once.", "code": "at_capacity", "attr": None}
    context.route(
        "**/launch/",
        lambda route: route.fulfill(status=503, json=busy, headers={"Retry-After": "2"}),
    )
    page.get_by_role("button", name="Launch").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Launch").click()
    expect(dialog.get_by_role("alert")).to_have_text("Too many at once.")
    context.unroute("**/launch/")
    dialog.get_by_role("button", name="Launch").click()

    expect(page.locator("header .state")).to_have_text("Running")


def test_experiment__ended_by_somebody_else__the_step_is_refused_with_words(
    owner, pages, make, server, project
):
    made = make("two-at-once")
    server.call("POST", f"{project}experiments/{made['id']}/launch/")
    page = owner.open(f"{pages}experiments/{made['id']}")
    page.get_by_role("button", name="Pause").click()
    server.call("POST", f"{project}experiments/{made['id']}/end/")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Pause").click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.locator("header .state")).to_have_text("Stopped")


def test_new_experiment__session_ends_before_it_is_sent__created_once(
    owner, pages, server, project
):
    page = owner.open(f"{pages}experiments/new")
    page.get_by_label("Name").fill("After the session")
    end_session(page)
    page.get_by_role("button", name="Create draft").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="After the session")).to_be_visible()

    found = server.call("GET", f"{project}experiments/?search=After+the+session")
    assert found["count"] == 1


def test_experiment__shipped_by_keys_alone__as_chosen(owner, pages, make, server, project):
    made = make("by-keys")
    server.call("POST", f"{project}experiments/{made['id']}/launch/")
    page = owner.open(f"{pages}experiments/{made['id']}")
    page.get_by_role("button", name="Ship a variant…").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("test").focus()
    page.keyboard.press("Space")
    button = dialog.get_by_role("button", name="Ship test to everyone")
    expect(button).to_be_enabled()
    page.keyboard.press("Enter")
    expect(page.locator("header .state")).to_have_text("Shipped")

    expect(dialog).to_be_hidden()


def test_phone__experiment_launched_and_a_person_tested__all_in_reach(owner, pages, make):
    made = make("phone")
    page = owner.page
    page.set_viewport_size({"width": 390, "height": 844})
    owner.open(f"{pages}experiments/{made['id']}")
    page.get_by_role("button", name="Launch").click()
    page.get_by_role("dialog").get_by_role("button", name="Launch").click()
    expect(page.locator("header .state")).to_have_text("Running")
    page.get_by_role("link", name="Settings", exact=True).last.click()
    expect(page.get_by_role("link", name="Settings", exact=True).last).to_be_in_viewport()
    page.get_by_role("link", name="Flag", exact=True).click()
    page.get_by_role("link", name="Test a person").click()
    page.get_by_role("button", name="Test", exact=True).click()

    expect(page.locator(".answer")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_list__shown_curl__answers_the_same_in_a_terminal(owner, pages, make):
    make("terminal")
    page = owner.open(f"{pages}experiments?search=terminal")
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Show as curl").click()
    command = page.get_by_role("dialog").locator("pre").inner_text()
    done = subprocess.run(  # noqa: S603 (what the page says to run)
        ["/bin/sh", "-c", f"{command} --silent --fail"],
        env={"KEY": KEY, "PATH": "/usr/bin:/bin"},
        check=True,
        capture_output=True,
        text=True,
    )

    assert '"name":"Experiment terminal"' in done.stdout


def test_experiment__plan_entered_afterwards__stored(owner, pages, make, server, project):
    made = make("planned-later")
    page = owner.open(f"{pages}experiments/{made['id']}/settings")
    page.get_by_label("People", exact=False).first.fill("5000")
    page.get_by_label("Days", exact=False).first.fill("21")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()

    plan = server.call("GET", f"{project}experiments/{made['id']}/")["parameters"]
    assert (plan["recommended_sample_size"], plan["recommended_running_time"]) == (5000, 21)


def test_holdout__used_by_experiments__only_those_are_named(owner, pages, server, project, make):
    body = {"name": "A few", "filters": [{"properties": [], "rollout_percentage": 5}]}
    holdout = server.call("POST", f"{project}experiment_holdouts/", body)
    make("held", holdout_id=holdout["id"])
    make("not-held")
    page = owner.open(f"{pages}holdouts/{holdout['id']}")

    expect(page.get_by_role("heading", name="Used by 1")).to_be_visible()
    expect(page.get_by_role("link", name="Experiment held")).to_be_visible()


def test_experiment__deleted_by_somebody_else__its_page_says_so(
    owner, pages, make, server, project
):
    made = make("gone-meanwhile")
    page = owner.open(f"{pages}experiments/{made['id']}")
    expect(page.get_by_role("button", name="Launch")).to_be_visible()
    server.call("PATCH", f"{project}experiments/{made['id']}/", {"deleted": True})
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    expect(page.get_by_text(f"There is no experiment {made['id']} in Trouble.")).to_be_visible()
    expect(page.get_by_role("button", name="Launch")).to_have_count(0)


def test_activity__server_goes_away__what_was_shown_stays(owner, context, pages, make):
    make("told")
    page = owner.open(f"{pages}activity")
    expect(page.get_by_role("link", name="Experiment told")).to_be_visible()
    context.route("**/activity_log/?*", lambda route: route.fulfill(status=503, body="Later"))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    expect(page.get_by_text("The server does not answer.")).to_be_visible()
    expect(page.get_by_role("link", name="Experiment told")).to_be_visible()


def test_list__answer_of_something_else__said_and_asked_again(owner, context, pages, make):
    make("behind-a-portal")
    context.route(
        "**/experiments/?*", lambda route: route.fulfill(body="<html>", content_type="text/html")
    )
    page = owner.open(f"{pages}experiments?search=portal")
    expect(page.get_by_role("alert")).to_contain_text("The answer is not one of this server.")
    context.unroute("**/experiments/?*")

    expect(page.get_by_role("link", name="Experiment behind-a-portal")).to_be_visible()


def test_activity__entries_arrive_after_older_ones_were_loaded__none_is_lost(owner, context, pages):
    entry = {"activity": "created", "scope": "FeatureFlag", "item_id": "1", "user": None}
    days = [
        {**entry, "id": f"e{at}", "created_at": f"2026-01-0{at}T00:00:00Z"} for at in range(1, 5)
    ]
    for one in days:
        one["detail"] = {"name": f"flag-{one['id']}", "changes": []}
    shown = [days[1], days[0]]
    context.route(
        "**/activity_log/?*",
        lambda route: route.fulfill(json={"results": shown, "next": None, "previous": None}),
    )
    page = owner.open(f"{pages}activity")
    expect(page.locator(".activity li")).to_have_count(2)
    shown[:] = [days[3], days[2]]
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    expect(page.locator(".activity li")).to_have_count(4)
    expect(page.locator(".activity li").first).to_contain_text("flag-e4")
