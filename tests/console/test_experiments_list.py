import pytest
from playwright.sync_api import expect

from tests.console.overview import answer


@pytest.fixture(scope="module")
def project(server):
    path = server.project("Many experiments")
    for number in range(130):
        body = {"name": f"Experiment {number:03}", "feature_flag_key": f"many-{number}"}
        server.call("POST", f"{path}experiments/", body)
    running = server.call("GET", f"{path}experiments/?search=Experiment+007")["results"][0]["id"]
    server.call("POST", f"{path}experiments/{running}/launch/")
    return path.replace("/api/projects/", "/project/")


def names(page):
    return page.locator("a.title")


def test_list__more_than_a_page__next_page_and_back(owner, project):
    page = owner.open(f"{project}experiments?order=name")

    expect(names(page)).to_have_count(100)
    expect(page.get_by_text("100 of 130")).to_be_visible()
    page.get_by_role("button", name="Next page").click()
    expect(names(page)).to_have_count(30)
    page.go_back()
    expect(names(page)).to_have_count(100)


def test_list__searched_and_opened__back_keeps_all(owner, project):
    page = owner.open(f"{project}experiments")
    expect(names(page)).to_have_count(100)
    page.keyboard.press("/")
    page.keyboard.type("Experiment 07")
    expect(names(page)).to_have_count(10)
    page.get_by_role("button", name="Name, flag").click()
    expect(names(page).first).to_have_text("Experiment 070")
    page.keyboard.press("j")
    expect(names(page).first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Experiment 070")).to_be_visible()
    page.go_back()

    expect(page.get_by_role("searchbox")).to_have_value("Experiment 07")
    expect(names(page)).to_have_count(10)


def test_list__filtered_by_state__only_those(owner, project):
    page = owner.open(f"{project}experiments")
    page.get_by_role("button", name="Running").click()

    expect(names(page)).to_have_text(["Experiment 007"])
    expect(page.get_by_text("Running", exact=True).last).to_be_visible()


def test_list__nothing_matches__says_so_and_clears(owner, project):
    page = owner.open(f"{project}experiments?search=nowhere")
    expect(page.get_by_text("Nothing matches “nowhere”.")).to_be_visible()
    page.get_by_role("button", name="Clear").click()

    expect(names(page)).to_have_count(100)


def test_list__page_beyond_the_last__says_so_and_goes_back(owner, project):
    page = owner.open(f"{project}experiments?offset=500")
    expect(page.get_by_text("No experiments here.")).to_be_visible()
    page.get_by_role("button", name="Clear").click()

    expect(names(page)).to_have_count(100)


def test_list__row_opened_by_keys__focus_is_on_the_new_page(owner, project):
    page = owner.open(f"{project}experiments?search=Experiment+042")
    names(page).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Experiment 042")).to_be_visible()

    expect(page.locator("main")).to_be_focused()


def test_list__empty_project__two_sentences_and_the_request(owner, server):
    path = server.project("Nothing yet").replace("/api/projects/", "/project/")
    page = owner.open(f"{path}experiments")

    expect(page.get_by_role("heading", name="No experiment yet")).to_be_visible()
    page.get_by_role("button", name="As curl").click()
    expect(page.get_by_role("dialog")).to_contain_text('curl -H "Authorization: Bearer $KEY"')


def test_list__csv__a_row_for_each(owner, project, tmp_path):
    page = owner.open(f"{project}experiments")
    page.get_by_role("button", name="More").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="Download as CSV").click()
    download.value.save_as(tmp_path / "list.csv")

    rows = (tmp_path / "list.csv").read_text().splitlines()
    assert rows[0].startswith("id,name,feature_flag_key,state")
    assert len(rows) == 131


def test_list__theme__follows_the_button(owner, project):
    page = owner.open(f"{project}experiments")
    page.get_by_role("button", name="System theme").click()
    page.get_by_role("button", name="Light theme").click()

    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(19, 19, 18)"
    page.reload()
    expect(page.get_by_role("button", name="Dark theme")).to_be_visible()
    # The account keeps it: other tests shall not be in the dark.
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        page.get_by_role("button", name="Dark theme").click()


def test_palette__part_of_a_name__goes_there(owner, project):
    page = owner.open(f"{project}experiments")
    expect(names(page)).to_have_count(100)
    page.keyboard.press("Control+k")
    page.keyboard.type("Experiment 042")
    expect(page.get_by_role("dialog").get_by_role("option").first).to_contain_text("Experiment 042")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Experiment 042")).to_be_visible()


def test_palette__enter_before_the_search_answers__goes_to_what_it_finds(owner, project):
    page = owner.open(f"{project}experiments")
    expect(names(page)).to_have_count(100)
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog").get_by_role("option").nth(12)).to_be_visible()
    page.keyboard.type("Experiment 043")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Experiment 043")).to_be_visible()


def test_palette__arrow_to_a_row_below__scrolled_to(owner, project):
    page = owner.open(f"{project}experiments")
    expect(names(page)).to_have_count(100)
    page.set_viewport_size({"width": 1000, "height": 400})
    page.keyboard.press("Control+k")
    options = page.get_by_role("dialog").get_by_role("option")
    expect(options.nth(12)).to_be_attached()
    page.keyboard.press("ArrowUp")

    expect(options.last).to_be_in_viewport()


def test_menu__its_button_clicked_again__closes(owner, project):
    page = owner.open(f"{project}experiments")
    button = page.get_by_role("button", name="More", exact=True)
    button.click()
    expect(page.get_by_role("menuitem", name="Show as curl")).to_be_visible()
    button.click()

    expect(page.get_by_role("menuitem", name="Show as curl")).to_be_hidden()


def test_list__absolute_differences__in_the_unit_of_the_metric(owner, server, context):
    path = server.project("In euros")
    metric = {"kind": "ExperimentMetric", "metric_type": "mean", "name": "Revenue"}
    config = {"method": "bayesian", "bayesian": {"difference_type": "ABSOLUTE"}}
    made = server.call(
        "POST",
        f"{path}experiments/",
        {
            "name": "Euros",
            "feature_flag_key": "euros",
            "metrics": [metric | {"source": {"kind": "EventsNode", "event": "paid"}}],
            "stats_config": config,
        },
    )
    server.call("POST", f"{path}experiments/{made['id']}/launch/")
    variant = {"key": "test", "credible_interval": [1.5, 3.5], "chance_to_win": 0.99}
    context.route("**/query/", lambda route: route.fulfill(json=answer([variant])))
    page = owner.open(f"{path.replace('/api/projects/', '/project/')}experiments")

    expect(page.locator(".lift")).to_have_text("▲ +2.50 Better")
