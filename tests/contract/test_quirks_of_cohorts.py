from django.conf import settings

from tests import factories
from tests.assertions import assert_error
from tests.client import Client, DocumentedClient


# Quirk: a-get-that-writes
def test_duplicate_as_static_cohort__get__needs_the_scope_to_write(client, project, ada):
    url = f"/api/projects/{project.pk}/cohorts/"
    cohort = client.post(url, {"name": "Two", "is_static": True}).json()
    copy = f"{url}{cohort['id']}/duplicate_as_static_cohort/"
    reader = DocumentedClient(factories.make_key(ada, "cohort:read"))

    assert_error(reader.get(copy), 403, "permission_denied")
    head = Client().head(copy, headers={"Authorization": f"Bearer {factories.make_key(ada)}"})
    assert head.status_code == 405
    response = client.get(copy)

    assert response.status_code == 200
    assert "ETag" not in response.headers
    assert client.get(url).json()["count"] == 2


# Quirk: a-get-that-writes
def test_duplicate_as_static_cohort__session_without_a_csrf_token__refused(client, project, ada):
    url = f"/api/projects/{project.pk}/cohorts/"
    cohort = client.post(url, {"name": "Two", "is_static": True}).json()
    copy = f"{url}{cohort['id']}/duplicate_as_static_cohort/"
    browser = DocumentedClient(enforce_csrf_checks=True)
    browser.force_login(ada)

    assert_error(browser.get(copy), 403, "permission_denied")
    assert client.get(url).json()["count"] == 1

    browser.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32
    assert browser.get(copy, headers={"X-CSRFToken": "a" * 32}).status_code == 200
