import io

import pytest
from django.core.management import CommandError, call_command

from tenants.models import Membership, Organization, Project
from tests.client import DocumentedClient
from users.models import PersonalAPIKey, User


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue().removesuffix("\n")


@pytest.fixture
def existing(ada, project):
    return {"users": User.objects.count(), "organizations": Organization.objects.count()}


def test_create_user__address_only__member_of_the_first_organization(organization):
    printed = run("create_user", "alan@example.com")

    user = User.objects.get(email="alan@example.com")
    assert printed == str(user.pk)
    assert not user.has_usable_password()
    membership = user.memberships.get()
    assert (membership.organization, membership.level) == (organization, 1)


@pytest.mark.parametrize(("level", "stored"), [("member", 1), ("admin", 8), ("owner", 15)])
def test_create_user__level__stored(db, level, stored):
    run("create_user", "alan@example.com", "--level", level)

    assert Membership.objects.get().level == stored


def test_create_user__password__usable(db):
    run("create_user", "alan@example.com", "--password", "correct horse")

    assert User.objects.get().check_password("correct horse")


@pytest.mark.parametrize(
    ("password", "text"),
    [("a", "too short"), ("password", "too common"), ("", "too short")],
)
def test_create_user__easy_password__nothing_is_made(existing, password, text):
    with pytest.raises(CommandError, match=text):
        run("create_user", "alan@example.com", "--password", password, "--organization", "New")

    assert User.objects.count() == existing["users"]
    assert Organization.objects.count() == existing["organizations"]


def test_create_user__new_organization__made(organization):
    run("create_user", "alan@example.com", "--organization", "Bletchley")

    assert User.objects.get().memberships.get().organization.name == "Bletchley"


def test_create_user__known_organization__joined(organization, mallory):
    run("create_user", "alan@example.com", "--organization", "Elsewhere")

    elsewhere = mallory.memberships.get().organization
    assert elsewhere.memberships.count() == 2


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        pytest.param(["ada@example.com"], "already a user", id="taken"),
        pytest.param(["ADA@example.com"], "already a user", id="taken_in_capitals"),
        pytest.param(["ada"], "not an e-mail address", id="no_address"),
        pytest.param([""], "not an e-mail address", id="empty"),
        pytest.param([f"a@{'b.' * 126}com"], "1 to 254", id="too_long"),
        pytest.param(["x@example.com", "--level", "king"], "invalid choice", id="level"),
        pytest.param(
            ["x@example.com", "--organization", "x" * 65], "1 to 64", id="organization_too_long"
        ),
        pytest.param([], "required: email", id="nothing"),
    ],
)
def test_create_user__refused__nothing_is_made(existing, arguments, text):
    with pytest.raises(CommandError, match=text):
        run("create_user", "--organization", "New", *arguments)

    assert User.objects.count() == existing["users"]
    assert Organization.objects.count() == existing["organizations"]


def test_create_project__name_only__in_the_first_organization(organization):
    printed = run("create_project", "Shop")

    project = Project.objects.get()
    assert printed == str(project.pk)
    assert (project.name, project.organization) == ("Shop", organization)


def test_create_project__nothing_there_yet__makes_an_organization(db):
    run("create_project", "Shop")

    assert Project.objects.get().organization.name == "Default organization"


def test_create_project__new_organization__made(organization):
    run("create_project", "Shop", "--organization", "Bletchley")

    assert Project.objects.get().organization.name == "Bletchley"


def test_create_project__nobody_in_the_organization__says_how_to_let_somebody_in(ada, project):
    out, err = io.StringIO(), io.StringIO()

    call_command("create_project", "Shop", "--organization", "New one", stdout=out, stderr=err)

    made = Project.objects.latest("pk")
    assert out.getvalue() == f"{made.pk}\n"
    assert "add_member <e-mail> --organization 'New one'" in err.getvalue()

    assert run("add_member", ada.email, "--organization", "New one") == str(ada.pk)
    assert [place.level for place in made.organization.memberships.all()] == [1]


def test_create_project__somebody_in_the_organization__says_nothing_else(ada, project):
    err = io.StringIO()

    call_command("create_project", "Shop", stdout=io.StringIO(), stderr=err)

    assert err.getvalue() == ""


def test_add_member__again__as_before(ada, organization):
    before = ada.memberships.get()
    level = Membership.Level(before.level).name.lower()

    run("add_member", ada.email, "--organization", organization.name, "--level", level)

    assert ada.memberships.get().level == before.level


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["nobody@example.com", "--organization", "Acme"], "no user nobody@example.com"),
        (["ada@example.com", "--organization", "Nowhere"], "no organization Nowhere"),
        (["ada@example.com"], "required: --organization"),
    ],
    ids=["user", "organization", "no_organization"],
)
def test_add_member__refused__nothing_is_made(existing, arguments, text):
    members = Membership.objects.count()

    with pytest.raises(CommandError, match=text):
        run("add_member", *arguments)

    assert Membership.objects.count() == members
    assert Organization.objects.count() == existing["organizations"]


def test_add_member__member_of_another_level__refused(ada, organization):
    before = ada.memberships.get().level
    other = "member" if before != 1 else "owner"

    with pytest.raises(CommandError, match="already"):
        run("add_member", ada.email, "--organization", organization.name, "--level", other)

    assert ada.memberships.get().level == before


def test_create_project__organizations_of_one_slug__both_made(db):
    run("create_project", "One", "--organization", "Büro!")
    run("create_project", "Two", "--organization", "buro")

    slugs = set(Organization.objects.values_list("slug", flat=True))
    assert len(slugs) == 2


def test_create_project__twice__two_tokens(db):
    run("create_project", "Shop")
    run("create_project", "Shop")

    tokens = set(Project.objects.values_list("api_token", flat=True))
    assert len(tokens) == 2
    assert all(token.startswith("phc_") for token in tokens)


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param([""], id="empty"),
        pytest.param(["  "], id="blank"),
        pytest.param(["x" * 201], id="too_long"),
        pytest.param(["a\nb"], id="two_lines"),
        pytest.param(["Shop", "--organization", "x" * 65], id="organization_too_long"),
    ],
)
def test_create_project__refused__nothing_is_made(existing, arguments):
    with pytest.raises(CommandError, match="must be a line of 1 to"):
        run("create_project", *arguments)

    assert Project.objects.count() == 1
    assert Organization.objects.count() == existing["organizations"]


def test_create_api_key__scope__printed_key_works_within_it(ada, project):
    value = run("create_api_key", "Ada@Example.com", "--scope", "experiment:read")

    client = DocumentedClient(value)
    url = f"/api/projects/{project.pk}/experiments/"
    assert client.get(url).status_code == 200
    assert client.post(url, {"name": "New"}).status_code == 403


def test_create_api_key__all_options__stored(ada, project, organization):
    run(
        *("create_api_key", "ada@example.com", "--label", "ci"),
        *("--scope", "experiment:read", "experiment_saved_metric:write", "--scope", "user:read"),
        *("--project", str(project.pk), "--organization", str(organization.pk)),
    )

    key = PersonalAPIKey.objects.get()
    assert (key.user, key.label) == (ada, "ci")
    assert key.scopes == ["experiment:read", "experiment_saved_metric:write", "user:read"]
    assert key.scoped_teams == [project.pk]
    assert key.scoped_organizations == [str(organization.pk)]


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        pytest.param(["x@example.com", "--scope", "*"], "no user x@example.com", id="user"),
        pytest.param(["ada@example.com"], "required: --scope", id="no_scope"),
        pytest.param(["ada@example.com", "--scope", "experiment"], "Unknown scope", id="scope"),
        pytest.param(["ada@example.com", "--scope", "*", ""], "Unknown scope", id="empty_scope"),
        pytest.param(
            ["ada@example.com", "--scope", "*", "--project", "999999"],
            "no access to the project 999999",
            id="unknown_project",
        ),
        pytest.param(
            ["ada@example.com", "--scope", "*", "--project", "9" * 30],
            "no access to the project 9+",
            id="huge_project",
        ),
        pytest.param(
            ["ada@example.com", "--scope", "*", "--project", "x"], "invalid int", id="project_word"
        ),
        pytest.param(
            ["ada@example.com", "--scope", "*", "--organization", "x"],
            "invalid UUID",
            id="organization_word",
        ),
        pytest.param(
            ["ada@example.com", "--scope", "*", "--label", "x" * 41], "1 to 40", id="label"
        ),
    ],
)
@pytest.mark.usefixtures("ada", "project")
def test_create_api_key__refused__no_key(arguments, text):
    with pytest.raises(CommandError, match=text):
        run("create_api_key", *arguments)

    assert not PersonalAPIKey.objects.exists()


def test_create_api_key__foreign_project__no_key(ada, foreign_project):
    with pytest.raises(CommandError, match=f"no access to the project {foreign_project.pk}"):
        run("create_api_key", ada.email, "--scope", "*", "--project", str(foreign_project.pk))

    assert not PersonalAPIKey.objects.exists()


def test_create_api_key__foreign_organization__no_key(ada, foreign_project):
    foreign = str(foreign_project.organization_id)

    with pytest.raises(CommandError, match="does not belong to the organization"):
        run("create_api_key", ada.email, "--scope", "*", "--organization", foreign)

    assert not PersonalAPIKey.objects.exists()
