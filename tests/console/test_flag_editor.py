"""What the editor of a flag keeps, moves and refuses."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.console.conftest import confirm

PAYLOAD = '{"sku":9007199254740993,"v":1.0}'
TWO = {"variants": [{"key": key, "rollout_percentage": 50} for key in ("control", "test")]}
EVERYONE = {"properties": [], "rollout_percentage": 100}
INDEX = "aggregation_group_type_index"


@pytest.fixture(scope="module")
def project(server):
    return server.project("Edited flags")


@pytest.fixture(scope="module")
def pages(project):
    return project.replace("/api/projects/", "/project/")


@pytest.fixture
def edit(owner, server, project, pages):
    """Open the editor of a new flag with these filters, and return its page and its id."""

    def one(key, tab="", **filters):
        body = {"key": key, "filters": {"groups": [EVERYONE]} | filters, "active": True}
        made = server.call("POST", f"{project}feature_flags/", body)
        return owner.open(f"{pages}feature_flags/{made['id']}{tab}"), made["id"]

    return one


@pytest.fixture
def saved(server, project):
    """Save what is typed, and return the filters that are stored then."""

    def one(page, made):
        page.get_by_role("button", name="Review and save").click()
        confirm(page, "Save")
        expect(page.get_by_text("Version 2")).to_be_visible()
        return server.call("GET", f"{project}feature_flags/{made}/")["filters"]

    return one


def test_payload__only_looked_at__stays_as_it_is(edit):
    page, _ = edit("looked-at", payloads={"true": PAYLOAD})
    page.get_by_label("When it is on", exact=True).focus()
    page.keyboard.press("Tab")

    expect(page.get_by_label("When it is on", exact=True)).to_have_value(PAYLOAD)
    expect(page.locator(".save-bar")).to_have_count(0)


def test_payload__formatted__numbers_are_the_same(edit, saved):
    page, made = edit("formatted", payloads={"true": PAYLOAD})
    page.get_by_role("button", name="Format When it is on").click()

    expected = '{\n  "sku": 9007199254740993,\n  "v": 1.0\n}'
    expect(page.get_by_label("When it is on", exact=True)).to_have_value(expected)
    assert saved(page, made)["payloads"] == {"true": expected}


def test_variant__renamed__payload_and_condition_go_with_it(edit, saved):
    groups = [EVERYONE | {"variant": "test"}]
    page, made = edit("renamed", multivariate=TWO, groups=groups, payloads={"test": "1"})
    page.get_by_label("Key of variant 2").fill("blue")

    now = saved(page, made)
    assert (now["payloads"], now["groups"][0]["variant"]) == ({"blue": "1"}, "blue")


def test_variant__removed__payload_and_condition_go_with_it(edit, saved):
    keys = {"control": 50, "test": 25, "third": 25}
    variants = [{"key": key, "rollout_percentage": share} for key, share in keys.items()]
    groups = [EVERYONE | {"variant": "third"}]
    payloads = {"control": "1", "third": "3"}
    more = {"multivariate": {"variants": variants}, "groups": groups, "payloads": payloads}
    page, made = edit("removed", **more)
    page.get_by_role("button", name="Remove variant 3").click()

    now = saved(page, made)
    assert (now["payloads"], now["groups"][0]["variant"]) == ({"control": "1"}, None)


def test_variants__in_place_of_on_and_off__payload_of_on_is_gone(edit, saved):
    page, made = edit("to-variants", payloads={"true": "1"})
    page.get_by_role("button", name="Use variants instead").click()

    assert saved(page, made)["payloads"] == {}


def test_new_flag__kind_switched_after_a_payload__created(owner, server, project, pages):
    page = owner.open(f"{pages}feature_flags/new")
    page.get_by_label("Key", exact=True).fill("switched")
    page.get_by_text("Payloads").click()
    page.get_by_label("When it is on", exact=True).fill("1")
    page.get_by_label("Variants").check()
    page.get_by_role("button", name="Create flag").click()
    expect(page.get_by_text("Version 1")).to_be_visible()

    [flag] = server.call("GET", f"{project}feature_flags/?search=switched")["results"]
    assert flag["filters"]["payloads"] == {}


def test_property__of_a_condition_on_groups__is_one_of_groups(edit, saved):
    page, made = edit("of-groups", groups=[EVERYONE | {INDEX: 0}])
    page.get_by_role("button", name="Property").click()
    page.get_by_label("Property", exact=True).fill("plan")
    page.get_by_label("Value", exact=True).fill("pro")
    page.get_by_label("Value", exact=True).press("Enter")

    [wanted] = saved(page, made)["groups"][0]["properties"]
    assert (wanted["type"], wanted["group_type_index"], wanted["value"]) == ("group", 0, ["pro"])


def test_property__operator_of_one_value_after_a_list__text_is_stored(edit, saved):
    wanted = {"key": "email", "type": "person", "operator": "exact", "value": ["@x.com"]}
    page, made = edit("one-value", groups=[EVERYONE | {"properties": [wanted]}])
    page.get_by_label("Operator").select_option("not_icontains")

    [now] = saved(page, made)["groups"][0]["properties"]
    assert (now["operator"], now["value"]) == ("not_icontains", "@x.com")


def test_property__several_texts_to_contain__all_shown_and_kept(edit, saved):
    wanted = {"key": "email", "type": "person", "operator": "icontains_multi"}
    group = EVERYONE | {"properties": [wanted | {"value": ["@x.com", "@y.com"]}]}
    page, made = edit("several", groups=[group])
    expect(page.locator(".values .chip")).to_have_text(["@x.com", "@y.com"])
    page.get_by_label("Value", exact=True).fill("@z.com")
    page.get_by_label("Value", exact=True).press("Enter")

    [now] = saved(page, made)["groups"][0]["properties"]
    assert now["value"] == ["@x.com", "@y.com", "@z.com"]


def test_editor__number_that_browsers_round__only_to_look_at_and_says_why(edit):
    wanted = {"key": "id", "type": "person", "operator": "exact", "value": 9007199254740993}
    page, _ = edit("large-number", groups=[EVERYONE | {"properties": [wanted]}])

    expect(page.get_by_text("It holds a number beyond")).to_be_visible()
    expect(page.get_by_label("Description").first).to_be_disabled()


def test_filters__members_called_as_fields_of_the_flag__kept_apart(edit, saved, server, project):
    page, made = edit("names", name="Of the filters", tags=["a"])
    expect(page.get_by_label("Description").first).to_have_value("")
    page.get_by_label("Share of condition 1, in percent").fill("20")

    now = saved(page, made)
    assert (now["name"], now["tags"]) == ("Of the filters", ["a"])
    assert server.call("GET", f"{project}feature_flags/{made}/")["name"] == ""


def test_editor__condition_refused__said_there_and_focused(edit):
    page, _ = edit("refused")
    page.get_by_role("button", name="Condition", exact=True).click()
    condition = page.get_by_role("region", name="Condition 2")
    condition.get_by_role("button", name="Property").click()
    condition.get_by_label("Property", exact=True).fill("email")
    condition.get_by_label("Operator").select_option("regex")
    condition.get_by_label("Value", exact=True).fill("(")
    page.get_by_role("button", name="Review and save").click()
    confirm(page, "Save")

    expect(condition.get_by_role("alert")).to_contain_text("regular expression")
    expect(condition.get_by_label("Property", exact=True)).to_be_focused()


def test_person__of_a_group__asked_with_the_group(edit, server, project):
    token = server.call("GET", project)["api_token"]
    event = {"distinct_id": "ada", "event": "visit", "properties": {"$groups": {"company": "acme"}}}
    server.call("POST", "/i/v0/e/", {"token": token, **event})
    page, _ = edit("tested-groups", tab="/test", groups=[EVERYONE | {INDEX: 0}])
    page.get_by_role("button", name="Test", exact=True).click()
    expect(page.locator(".answer")).to_contain_text("names no group")
    page.get_by_label("Key of company").fill("acme")
    page.get_by_role("button", name="Test", exact=True).click()

    expect(page.locator(".answer")).to_contain_text("condition 1 matched")


def test_person__as_json__asked_as_typed(edit):
    wanted = {"key": "plan", "type": "person", "operator": "exact", "value": ["pro"]}
    page, _ = edit("as-json", tab="/test", groups=[EVERYONE | {"properties": [wanted]}])
    page.get_by_role("button", name="As JSON").click()
    field = page.get_by_label("Who asks")
    expect(field).to_have_value(re.compile('"distinct_id": "somebody"'))
    field.fill("{")
    expect(page.get_by_role("button", name="Test", exact=True)).to_be_disabled()
    field.fill(json.dumps({"distinct_id": "ada", "person_properties": {"plan": "pro"}}))
    page.get_by_role("button", name="Test", exact=True).click()

    expect(page.locator(".answer")).to_contain_text("condition 1 matched")


def test_experiment__its_flag__edited_there(owner, pages, make, server, project):
    made = make("edited-in-place")
    page = owner.open(f"{pages}experiments/{made['id']}/flag")
    page.get_by_label("Share of condition 1, in percent").fill("20")
    page.get_by_role("button", name="Review and save").click()
    confirm(page, "Save")
    expect(page.get_by_text("Saved.")).to_be_visible()

    flag = server.call("GET", f"{project}feature_flags/{made['feature_flag']['id']}/")
    assert flag["filters"]["groups"][0]["rollout_percentage"] == 20


def test_new_flag__shares_are_not_100__said_at_the_variants_and_focused(owner, pages):
    page = owner.open(f"{pages}feature_flags/new")
    page.get_by_label("Key", exact=True).fill("uneven")
    page.get_by_label("Variants").check()
    page.get_by_label("Share of variant 2, in percent").fill("40")
    page.get_by_role("button", name="Create flag").click()

    expect(page.locator(".variants").get_by_role("alert")).to_contain_text("90 %, not 100")
    expect(page.get_by_label("Key of variant 1")).to_be_focused()


def test_new_flag__key_refused__said_at_the_field_and_focused(owner, pages):
    page = owner.open(f"{pages}feature_flags/new")
    page.get_by_label("Key", exact=True).fill("no blanks")
    page.get_by_role("button", name="Create flag").click()

    expect(page.locator(".field.wrong").get_by_role("alert")).to_contain_text("may contain only")
    expect(page.get_by_label("Key", exact=True)).to_be_focused()
