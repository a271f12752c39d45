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
