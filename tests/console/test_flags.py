import pytest
from playwright.sync_api import expect

from tests.console.conftest import confirm


@pytest.fixture(scope="module")
def project(server):
    return server.project("Flags")


@pytest.fixture
def flag(server, project):
    def make(key, **fields):
        filters = {"groups": [{"properties": [], "rollout_percentage": 50}]}
        return server.call(
            "POST",
            f"{project}feature_flags/",
            {"key": key, "filters": filters, "active": True} | fields,
        )

    return make


@pytest.fixture
def open_flag(project):
    def open_page(watched, flag, tab=""):
        path = project.replace("/api/projects/", "/project/")
        return watched.open(f"{path}feature_flags/{flag['id']}{tab}")

    return open_page


def set_share(page, share):
    page.get_by_label("Share of condition 1, in percent").fill(str(share))


def save(page):
    page.get_by_role("button", name="Review and save").click()
    page.get_by_role("dialog").get_by_role("button", name="Save").click()


def test_flag__share_changed__told_before_it_is_saved(owner, flag, open_flag, server, project):
    made = flag("share")
    page = open_flag(owner, made)
    set_share(page, 20)
    expect(page.locator(".save-bar")).to_contain_text("condition 1 share 50 → 20 %")
    page.get_by_role("button", name="Review and save").click()
    expect(page.get_by_role("dialog")).to_contain_text("condition 1 share 50 → 20 %")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(page.get_by_text("Version 2")).to_be_visible()

    now = server.call("GET", f"{project}feature_flags/{made['id']}/")
    assert now["filters"]["groups"][0]["rollout_percentage"] == 20


def test_flag__condition_with_values__stored_as_shown(owner, flag, open_flag, server, project):
    made = flag("values")
    page = open_flag(owner, made)
    page.get_by_role("button", name="Property").click()
    page.get_by_label("Property", exact=True).fill("country")
    page.get_by_label("Value", exact=True).fill("DE, AT")
    page.get_by_label("Value", exact=True).press("Enter")
    save(page)
    expect(page.get_by_text("Version 2")).to_be_visible()

    group = server.call("GET", f"{project}feature_flags/{made['id']}/")["filters"]["groups"][0]
    assert group["properties"][0]["value"] == ["DE", "AT"]


def test_flag__two_windows__both_changes_are_there(owner, watch, flag, open_flag, server, project):
    made = flag("two-windows")
    other = watch(owner.page.context)
    first, second = open_flag(owner, made), open_flag(other, made)
    set_share(first, 30)
    second.get_by_label("Description").fill("From the second window")
    save(second)
    expect(second.get_by_text("Version 2")).to_be_visible()
    save(first)
    dialog = first.get_by_role("dialog")
    expect(dialog).to_contain_text("From the second window")
    dialog.get_by_role("button", name="Apply mine on top").click()
    expect(first.get_by_text("Version 3")).to_be_visible()

    now = server.call("GET", f"{project}feature_flags/{made['id']}/")
    assert (now["name"], now["filters"]["groups"][0]["rollout_percentage"]) == (
        "From the second window",
        30,
    )


def test_flag__turned_off__asks_first(owner, flag, open_flag):
    page = open_flag(owner, flag("to-turn-off"))
    page.get_by_role("button", name="Turn off…").click()
    expect(page.get_by_role("dialog")).to_contain_text("Everyone gets the code's fallback.")
    page.get_by_role("dialog").get_by_role("button", name="Turn off").click()

    expect(page.locator("header .state")).to_have_text("Off")


def test_person__in_outside_and_off__said_plainly(owner, flag, open_flag, server, project):
    country = {"key": "country", "type": "person", "operator": "exact", "value": ["DE"]}
    groups = [{"properties": [country], "rollout_percentage": 100}]
    made = flag("to-test", filters={"groups": groups})
    page = open_flag(owner, made, "/test")
    page.get_by_label("Value 1").fill("DE")
    page.get_by_role("button", name="Test", exact=True).click()
    expect(page.locator(".answer")).to_contain_text("condition 1 matched (country is DE)")
    expect(page.locator("li.matched")).to_have_count(1)
    page.get_by_label("Value 1").fill("FR")
    page.get_by_role("button", name="Test", exact=True).click()
    expect(page.locator(".answer")).to_contain_text("No condition matched.")
    server.call("PATCH", f"{project}feature_flags/{made['id']}/", {"active": False})
    page.reload()
    page.get_by_role("button", name="Test", exact=True).click()

    expect(page.locator(".answer")).to_contain_text("The flag is off")


def test_person__outside_the_share_and_held_out__said_plainly(
    owner, flag, open_flag, server, project
):
    made = flag("nobody", filters={"groups": [{"properties": [], "rollout_percentage": 0}]})
    page = open_flag(owner, made, "/test")
    page.get_by_role("button", name="Test", exact=True).click()
    expect(page.locator(".answer")).to_contain_text("outside its share")
    holdout = server.call(
        "POST",
        f"{project}experiment_holdouts/",
        {"name": "Everybody", "filters": [{"properties": [], "rollout_percentage": 100}]},
    )
    body = {"name": "Held", "feature_flag_key": "held-out", "holdout_id": holdout["id"]}
    experiment = server.call("POST", f"{project}experiments/", body)
    server.call("POST", f"{project}experiments/{experiment['id']}/launch/")
    page = open_flag(owner, experiment["feature_flag"], "/test")
    page.get_by_role("button", name="Test", exact=True).click()

    expect(page.locator(".answer")).to_contain_text("In the holdout")


def test_new_flag__with_variants__created_and_listed(owner, server, project):
    path = project.replace("/api/projects/", "/project/")
    page = owner.open(f"{path}feature_flags/new")
    page.get_by_label("Key", exact=True).fill("brand-new")
    page.get_by_label("Variants").check()
    page.get_by_role("button", name="Create flag").click()
    expect(page.get_by_text("Version 1")).to_be_visible()
    page.goto(f"{owner.url}{path}feature_flags?search=brand")

    expect(page.locator("a.title")).to_have_text(["brand-new"])


def test_flags__many_chosen__refusals_are_told(owner, server, project, flag):
    flag("to-delete", active=False)
    server.call(
        "POST", f"{project}experiments/", {"name": "Keeps it", "feature_flag_key": "to-keep"}
    )
    path = project.replace("/api/projects/", "/project/")
    page = owner.open(f"{path}feature_flags?search=to-")
    page.get_by_label("Choose to-delete").check()
    page.get_by_label("Choose to-keep").check()
    page.get_by_role("button", name="Delete…").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()

    expect(page.get_by_role("dialog")).to_contain_text("Some were not deleted")
    expect(page.get_by_role("dialog")).to_contain_text("to-keep")


def test_flag__archived_and_back__off_and_only_among_the_archived(
    owner, flag, open_flag, server, project
):
    made = flag("archived")
    page = open_flag(owner, made)
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Archive…").click()
    expect(page.get_by_role("dialog")).to_contain_text("It is turned off")
    confirm(page, "Archive")
    expect(page.locator("header .pill")).to_have_text("archived")
    listed = owner.open(f"{project.replace('/api/projects/', '/project/')}feature_flags")
    expect(listed.get_by_role("link", name="archived", exact=True)).to_be_hidden()
    listed.get_by_role("button", name="Archived").click()
    listed.get_by_role("link", name="archived", exact=True).click()
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Unarchive").click()
    expect(page.locator("header .pill")).to_be_hidden()

    now = server.call("GET", f"{project}feature_flags/{made['id']}/")
    assert (now["archived"], now["active"]) == (False, False)


def test_flag__change_scheduled_every_week__told_and_cancelled(
    owner, flag, open_flag, server, project
):
    made = flag("scheduled")
    page = open_flag(owner, made, "/schedule")
    expect(page.get_by_text("Nothing is scheduled.")).to_be_visible()
    page.get_by_role("button", name="Schedule a change").click()
    page.get_by_label("When").fill("2035-01-01T09:00")
    page.get_by_label("How often").select_option("weekly")
    confirm(page, "Schedule")
    expect(page.get_by_text("Turn off", exact=True)).to_be_visible()
    expect(page.get_by_text("weekly")).to_be_visible()
    path = f"{project}scheduled_changes/?record_id={made['id']}"
    assert [one["payload"]["value"] for one in server.call("GET", path)["results"]] == [False]

    page.get_by_role("button", name="Cancel…").click()
    confirm(page, "Cancel the change")

    expect(page.get_by_text("Nothing is scheduled.")).to_be_visible()


def test_flag__scheduled_by_a_wrong_cron_expression__said_in_the_dialog(owner, flag, open_flag):
    page = open_flag(owner, flag("cron"), "/schedule")
    page.get_by_role("button", name="Schedule a change").click()
    page.get_by_label("When").fill("2035-01-01T09:00")
    page.get_by_label("How often").select_option("cron")
    page.get_by_label("Cron expression").fill("every monday")
    page.get_by_role("dialog").get_by_role("button", name="Schedule", exact=True).click()

    expect(page.locator(".field.wrong").get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Cron expression")).to_be_focused()


def test_flags__one_tag_asked_for__only_those_with_it(owner, flag, project):
    flag("tagged", tags=["growth"])
    flag("untagged")
    page = owner.open(
        f"{project.replace('/api/projects/', '/project/')}feature_flags?search=tagged"
    )
    expect(page.locator("a.title")).to_have_count(2)
    page.get_by_label("Tag", exact=True).select_option("growth")

    expect(page.locator("a.title")).to_have_text(["tagged"])


def test_flag__two_people_change_targeting__both_changes_are_there(
    owner, flag, open_flag, server, project
):
    made = flag("targeting")
    page = open_flag(owner, made)
    set_share(page, 80)
    theirs = made["filters"] | {"payloads": {"true": '"theirs"'}}
    server.call("PATCH", f"{project}feature_flags/{made['id']}/", {"filters": theirs})
    save(page)
    confirm(page, "Apply mine on top")

    expect(page.get_by_text("Saved.")).to_be_visible()
    now = server.call("GET", f"{project}feature_flags/{made['id']}/")["filters"]
    assert now["groups"][0]["rollout_percentage"] == 80
    assert now["payloads"] == {"true": '"theirs"'}
