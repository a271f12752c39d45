import re
from contextlib import contextmanager
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import expect

from tests.frontend.servers import PASSWORD


@contextmanager
def signed_in(server, watch, chromium, email):
    server.manage("create_user", email, "--password", PASSWORD, "--level", "admin")
    with chromium.new_context(locale="en-GB") as context:
        login = {"email": email, "password": PASSWORD}
        assert context.request.post(f"{server.url}/api/login/", data=login).ok
        yield watch(context)


@pytest.fixture
def fresh(server, watch, chromium):
    """A person of their own, whose password may change."""
    with signed_in(server, watch, chromium, "linus@example.com") as watched:
        yield watched


@pytest.fixture
def reader(server, watch, chromium):
    """Another one, whose theme may change."""
    with signed_in(server, watch, chromium, "edsger@example.com") as watched:
        yield watched


def test_account__new_password__signs_in_from_then_on(fresh):
    page = fresh.open("/me")
    page.get_by_label("Current password").fill("wrong")
    page.get_by_label("New password").fill("correct horse battery")
    page.get_by_label("Again").fill("correct horse battery")
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_text("The current password is missing or wrong.")).to_be_visible()
    page.get_by_label("Current password").fill(PASSWORD)
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_text("The password is set.")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("E-mail").fill("linus@example.com")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Sign in", exact=True).click()

    expect(page.get_by_role("heading", name="Experiments")).to_be_visible()


def test_theme__chosen_in_another_browser__is_the_one_here(reader):
    page = reader.open("/me")
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        page.get_by_role("button", name="System theme").click()
    page.evaluate("localStorage.clear()")
    page.reload()

    expect(page.get_by_role("button", name="Light theme")).to_be_visible()


def test_key__made__shown_once_and_works(owner, server):
    page = owner.open("/me")
    page.get_by_role("button", name="New key").click()
    page.get_by_label("What is it for?").fill("nightly report")
    page.get_by_label("Scope of experiments").select_option("read")
    page.get_by_role("dialog").get_by_role("button", name="Create key").click()
    value = page.locator("[data-key]").inner_text()
    page.get_by_role("button", name="I have it").click()

    expect(page.get_by_text("nightly report")).to_be_visible()
    assert value not in page.content()
    path = f"{server.url}/api/projects/@current/experiments/"
    with urlopen(Request(path, headers={"Authorization": f"Bearer {value}"})) as response:  # noqa: S310
        assert response.status == 200


def test_secret_key__made_and_revoked__reads_until_then(owner, server):
    project = server.project("Secret keys")
    page = owner.open(f"{project.replace('/api/projects/', '/project/')}settings/keys")
    page.get_by_role("button", name="New secret key").click()
    page.get_by_label("What is it for?").fill("build pipeline")
    page.get_by_role("dialog").get_by_role("button", name="Create key").click()
    value = page.locator("[data-key]").inner_text()
    page.get_by_role("button", name="I have it").click()
    asked = Request(  # noqa: S310
        f"{server.url}{project}experiments/", headers={"Authorization": f"Bearer {value}"}
    )
    with urlopen(asked) as response:  # noqa: S310
        assert response.status == 200

    page.get_by_role("button", name="Actions for build pipeline").click()
    page.get_by_role("menuitem", name="Revoke…").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()

    expect(page.get_by_text("build pipeline", exact=True)).to_be_hidden()
    with pytest.raises(HTTPError, match="401"):
        urlopen(asked)  # noqa: S310


def test_invitation__followed_by_somebody_new__account_and_membership(
    owner, server, watch, chromium
):
    page = owner.open("/organization/members")
    page.get_by_role("button", name="Invite").click()
    page.get_by_label("E-mail").fill("newton@example.com")
    page.get_by_role("dialog").get_by_role("button", name="Invite").click()
    link = page.get_by_role("dialog").locator("pre").inner_text()
    with chromium.new_context(locale="en-GB") as context:
        other = watch(context).page
        other.goto(link)
        expect(other.get_by_text("You are invited to")).to_be_visible()
        other.get_by_label("Your first name").fill("Isaac")
        other.get_by_label("Choose a password").fill("short")
        other.get_by_role("button", name="Create account").click()
        expect(other.get_by_role("alert")).to_contain_text("too short")
        other.get_by_label("Choose a password").fill(PASSWORD)
        other.get_by_role("button", name="Create account").click()

        expect(other.get_by_role("heading", name="Experiments")).to_be_visible()
        expect(other.get_by_role("button", name=re.compile("Isaac"))).to_be_visible()


def test_welcome__first_event__seen_without_a_reload(owner):
    page = owner.open("/welcome")
    page.get_by_role("button", name="Send one from here").click()

    expect(page.get_by_text("An event has arrived.")).to_be_visible()


def test_welcome__another_project_looked_at_last__is_about_that_one(owner, server):
    path = server.project("Looked at last")
    token = server.call("GET", path)["api_token"]
    page = owner.open(f"{path.replace('/api/projects/', '/project/')}experiments")
    expect(page.get_by_role("heading", name="Experiments")).to_be_visible()
    page.goto(f"{owner.url}/welcome")
    expect(page.get_by_role("button", name=f"Copy {token}")).to_be_visible()
    page.get_by_role("button", name="Send one from here").click()
    expect(page.get_by_text("“hello”, ")).to_be_visible()

    [event] = server.call("GET", f"{path}event_definitions/")["results"]
    assert event["name"] == "hello"


def test_invitation__refused__said_at_its_field_and_focused(owner):
    page = owner.open("/organization/members")
    page.get_by_role("button", name="Invite").click()
    page.get_by_label("E-mail").fill("nobody")
    page.get_by_role("dialog").get_by_role("button", name="Invite").click()

    expect(page.locator(".field.wrong").get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("E-mail")).to_be_focused()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_have_count(1)


def test_test_accounts__operator_of_one_value_after_a_list__text_is_stored(owner, server):
    path = server.project("Test accounts")
    page = owner.open(f"{path.replace('/api/projects/', '/project/')}settings/general")
    page.get_by_role("button", name="Property").click()
    page.get_by_label("Property", exact=True).fill("email")
    page.get_by_label("Value", exact=True).fill("@x.com")
    page.get_by_label("Operator").focus()
    expect(page.locator(".chip")).to_have_text("@x.com")
    page.get_by_label("Operator").select_option("not_icontains")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()

    [stored] = server.call("GET", path)["test_account_filters"]
    assert (stored["operator"], stored["value"]) == ("not_icontains", "@x.com")


def test_test_accounts__number_that_browsers_round__only_to_look_at_and_says_why(owner, server):
    path = server.project("Large numbers")
    wanted = {"key": "account", "type": "person", "operator": "exact", "value": 9007199254740993}
    server.call("PATCH", path, {"test_account_filters": [wanted]})
    page = owner.open(f"{path.replace('/api/projects/', '/project/')}settings/general")

    expect(page.get_by_text("It holds a number beyond")).to_be_visible()
    expect(page.get_by_label("Property", exact=True)).to_be_disabled()
    expect(page.get_by_label("Name")).to_be_enabled()


def test_test_accounts__list_stored_for_one_value__said_and_shown_whole(owner, server):
    path = server.project("Stored before")
    wanted = {"key": "email", "operator": "not_icontains", "value": ["@x.com", "@y.com"]}
    # As it was possible once.
    server.manage(
        "shell",
        "-c",
        "from tenants.models import Project;"
        f"Project.objects.filter(pk={path.split('/')[3]}).update(test_account_filters=[{wanted}])",
    )
    page = owner.open(f"{path.replace('/api/projects/', '/project/')}settings/general")

    expect(page.get_by_label("Value", exact=True)).to_have_value("@x.com, @y.com")
    expect(page.get_by_text("A list never fits")).to_be_visible()
