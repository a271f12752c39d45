from tenants.models import Membership
from tests import factories
from tests.assertions import assert_invalid
from tests.client import DocumentedClient


# Quirk: keys-in-bodies-are-not-limited
def test_create__key_in_the_body_and_limit_used_up__not_limited(project, ada, settings):
    settings.RATE_LIMIT_ENABLED = True
    settings.RATE_LIMITS = {"burst": "1/minute"}
    url = f"/api/projects/{project.pk}/experiment_holdouts/"
    key = factories.make_key(ada)

    created = [
        DocumentedClient().post(url, {"name": "H", "personal_api_key": key}).status_code
        for _ in range(2)
    ]
    read = [DocumentedClient(key).get(url).status_code for _ in range(2)]

    assert created == [201, 201]
    assert read == [200, 429]


# Quirk: csrf-token-in-a-header
def test_list__session_of_a_named_origin__told_its_csrf_token(session, project, settings):
    origin = "https://app.example.com"
    settings.CORS_ALLOWED_ORIGINS = [origin]

    response = session.get(f"/api/projects/{project.pk}/experiments/", headers={"Origin": origin})

    assert response.headers["X-CSRFToken"]


# Quirk: project-key-scopes
def test_secret_key_of_a_project__scope_that_opens_nothing__refused(ada, project, organization):
    organization.memberships.update(level=Membership.Level.ADMIN)
    admin = DocumentedClient(factories.make_key(ada))
    body = {"label": "jobs", "scopes": ["endpoint:read"]}

    response = admin.post(f"/api/projects/{project.pk}/project_secret_api_keys/", body)

    assert_invalid(response, "scopes")
