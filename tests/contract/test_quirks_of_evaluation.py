"""Deliberate differences in the evaluation of flags; docs/quirks.md lists them."""

from property_filters import compile_filters
from tests import factories
from tests.assertions import assert_error
from tests.client import DocumentedClient


def meets(operator, wanted, value):
    return compile_filters([{"key": "p", "operator": operator, "value": wanted}])({"p": value})


# Quirk: long-texts-are-cut
def test_text__beyond_the_limit__is_compared_by_its_beginning():
    assert meets("exact", "a" * 8192, "a" * 9000)


# Quirk: booleans-are-compared-as-texts
def test_false__compared_with_what_is_not_true__is_not_met():
    assert meets("exact", "false", False)
    assert not meets("exact", "false", "yes")
    assert meets("is_not", False, None)


# Quirk: an-empty-list-means-true
def test_empty_list__compared_with_true__is_met():
    assert meets("exact", [], True)
    assert meets("is_not", [], "yes")


# Quirk: patterns-are-re2
def test_pattern__with_look_ahead__is_met_by_nothing():
    assert not meets("regex", "(?=a)", "a")
    assert not meets("not_regex", "(?=a)", "b")


# Quirk: patterns-are-re2
def test_pattern__classes_that_are_about_ascii__find_no_other_letter():
    assert meets("regex", r"Zo\b", "Zoë")
    assert meets("regex", r"[\W]", "ë")
    assert not meets("regex", r"^\w{40}$", "ë" * 40)


# Quirk: secret-tokens-are-shown-once
def test_secret_token__read_again__is_null(client, project, organization):
    organization.memberships.update(level=15)
    url = f"/api/projects/{project.pk}"
    assert client.patch(f"{url}/rotate_secret_token/").json()["secret_api_token"]
    assert client.get(f"{url}/").json()["secret_api_token"] is None


# Quirk: secret-tokens-need-their-scope
def test_secret_token__rotated_by_personal_key_that_reads_no_flags__forbidden(
    ada, project, organization
):
    organization.memberships.update(level=15)
    url = f"/api/projects/{project.pk}/rotate_secret_token/"
    narrow = DocumentedClient(factories.make_key(ada, "project:write"))

    response = narrow.patch(url)

    assert_error(response, 403, "permission_denied")
    assert "API key missing required scope 'feature_flag:read'" in response.json()["detail"]
    project.refresh_from_db()
    assert project.secret_token_hash is None


def test_secret_token__rotated_by_personal_key_that_reads_flags__made(ada, project, organization):
    organization.memberships.update(level=15)
    url = f"/api/projects/{project.pk}/rotate_secret_token/"
    wide = DocumentedClient(factories.make_key(ada, "project:write", "feature_flag:read"))

    assert wide.patch(url).json()["secret_api_token"].startswith("phs_")
