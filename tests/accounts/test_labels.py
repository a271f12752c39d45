from tests.accounts.paths import KEYS
from tests.assertions import assert_invalid
from tests.looping import in_one_test

BODY = {"scopes": ["experiment:read"], "scoped_teams": [], "scoped_organizations": []}


@in_one_test("label", ["two\nlines", "a\rb", "a\x1b[31mred", "a\u2028b", "a\x85b"])
def test_labels__line_breaks_and_control_characters__refused(browser, label):
    assert_invalid(browser.post(KEYS, BODY | {"label": label}), "label")


def test_labels__letters_of_all_kinds__kept(browser):
    response = browser.post(KEYS, BODY | {"label": "Schlüssel für 東京"})

    assert response.status_code == 201
    assert response.json()["label"] == "Schlüssel für 東京"
