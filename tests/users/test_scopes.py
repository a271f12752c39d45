import pytest

from api.permissions import required_scopes
from tests import factories
from tests.assertions import assert_error
from tests.client import DocumentedClient
from tests.looping import in_one_test
from users.models import PersonalAPIKey
from users.scopes import first_missing, is_known

RESOURCES = {
    "experiments": "experiment",
    "experiment_holdouts": "experiment",
    "experiment_saved_metrics": "experiment_saved_metric",
}


@pytest.fixture(params=RESOURCES)
def resource(request):
    return request.param


@pytest.fixture
def url(project, resource):
    return f"/api/projects/{project.pk}/{resource}/"


@pytest.fixture
def row_url(url, resource, experiment, holdout, saved_metric):
    row = {"experiments": experiment, "experiment_holdouts": holdout}.get(resource, saved_metric)
    return f"{url}{row.pk}/"


def key_client(user, *scopes, **restrictions):
    return DocumentedClient(factories.make_key(user, *scopes, **restrictions))


def assert_forbidden(response, *words):
    assert_error(response, 403, "permission_denied")
    assert response.json()["type"] == "authentication_error"
    assert all(word in response.json()["detail"] for word in words), response.json()


@in_one_test("method", ["get", "head", "options"])
@in_one_test("level", ["read", "write"])
def test_scope__read_or_write__may_read(ada, row_url, url, resource, level, method):
    client = key_client(ada, f"{RESOURCES[resource]}:{level}")

    assert getattr(client, method)(url).status_code == 200
    assert getattr(client, method)(row_url).status_code == 200


@in_one_test("method", ["put", "patch", "delete"])
def test_scope__read_only__may_not_change_a_row(ada, row_url, resource, method):
    client = key_client(ada, f"{RESOURCES[resource]}:read")

    response = getattr(client, method)(row_url, {"name": "Changed"})

    assert_forbidden(response, f"'{RESOURCES[resource]}:write'")


def test_scope__read_only__may_not_create(ada, url, resource):
    client = key_client(ada, f"{RESOURCES[resource]}:read")

    response = client.post(url, {"name": "New"})

    assert_forbidden(response, f"'{RESOURCES[resource]}:write'")


@pytest.mark.parametrize("scope", ["{}:write", "*"])
def test_scope__write_or_everything__may_change(ada, row_url, resource, scope):
    client = key_client(ada, scope.format(RESOURCES[resource]))

    response = client.patch(row_url, {"name": "Changed"})

    assert response.status_code == 200
    assert response.json()["name"] == "Changed"


@pytest.mark.parametrize(
    "scope", ["feature_flag:write", "cohort:write", "project:read", "user:read"]
)
def test_scope__of_other_objects__may_not_read(ada, url, resource, scope):
    response = key_client(ada, scope).get(url)

    assert_forbidden(response, f"'{RESOURCES[resource]}:read'")


def test_scope__experiments_only__saved_metrics_closed(ada, project):
    response = key_client(ada, "experiment:write").get(
        f"/api/projects/{project.pk}/experiment_saved_metrics/"
    )

    assert_forbidden(response, "'experiment_saved_metric:read'")


def test_scope__saved_metrics_only__experiments_closed(ada, project):
    response = key_client(ada, "experiment_saved_metric:write").get(
        f"/api/projects/{project.pk}/experiments/"
    )

    assert_forbidden(response, "'experiment:read'")


def test_scope__experiments_only__may_make_the_flag_of_an_experiment(ada, project):
    response = key_client(ada, "experiment:write").post(
        f"/api/projects/{project.pk}/experiments/", {"name": "New", "feature_flag_key": "new"}
    )

    assert response.status_code == 201


@pytest.mark.parametrize("method", ["get", "post"])
def test_scope__none_at_all__no_access(ada, url, method):
    client = key_client(ada)
    PersonalAPIKey.objects.update(scopes=[])

    response = getattr(client, method)(url)

    assert_forbidden(response, "scope")


@in_one_test("method", ["put", "delete"])
def test_collection__put_or_delete_with_key__forbidden(client, url, method):
    response = getattr(client, method)(url)

    assert_forbidden(response, "personal API key")


@in_one_test("method", ["put", "delete", "patch"])
def test_collection__wrong_method_with_session__not_allowed(ada, url, method):
    session = DocumentedClient()
    session.force_login(ada)

    response = getattr(session, method)(url)

    assert_not_allowed(response)


def test_row__post_with_key__forbidden(client, row_url):
    response = client.post(row_url)

    assert_forbidden(response, "personal API key")


def test_row__post_with_session__not_allowed(ada, row_url):
    session = DocumentedClient()
    session.force_login(ada)

    response = session.post(row_url)

    assert_not_allowed(response)


def test_collection__patch_with_write_scope__not_allowed(ada, url, resource):
    response = key_client(ada, f"{RESOURCES[resource]}:write").patch(url)

    assert_not_allowed(response)


def test_collection__patch_with_read_scope__forbidden(ada, url, resource):
    response = key_client(ada, f"{RESOURCES[resource]}:read").patch(url)

    assert_forbidden(response, f"'{RESOURCES[resource]}:write'")


@in_one_test("method", ["TRACE", "PROPFIND", "FOO"])
def test_row__method_nobody_knows_with_key__forbidden(client, row_url, method):
    response = client.generic(method, row_url)

    assert_forbidden(response, "personal API key")


@in_one_test(
    ("granted", "required", "missing"),
    [
        pytest.param(["*"], ["a:read", "b:write"], None, id="everything"),
        pytest.param(["a:write"], ["a:read"], None, id="write_implies_read"),
        pytest.param(["a:read"], ["a:write"], "a:write", id="read_does_not_imply_write"),
        pytest.param(["a:read"], ["a:read", "b:read", "c:read"], "b:read", id="first_missing"),
        pytest.param([], ["a:read"], "a:read", id="nothing_granted"),
        pytest.param(["ab:write"], ["a:read"], "a:read", id="longer_name"),
    ],
)
def test_first_missing__scopes__names_it(granted, required, missing):
    assert first_missing(granted=granted, required=required) == missing


@in_one_test(
    ("scope", "known"),
    [
        pytest.param("*", True, id="everything"),
        pytest.param("experiment:read", True, id="read"),
        pytest.param("experiment_saved_metric:write", True, id="write"),
        pytest.param("experiment_holdout:read", True, id="later"),
        pytest.param("experiment", False, id="no_action"),
        pytest.param("experiment:delete", False, id="unknown_action"),
        pytest.param("experiment:read:write", False, id="two_actions"),
        pytest.param("experiments:read", False, id="unknown_object"),
        pytest.param("personal_api_key:read", False, id="keys_manage_no_keys"),
        pytest.param("signal_scout_internal:read", False, id="internal"),
        pytest.param("*:read", False, id="star_with_action"),
        pytest.param("", False, id="empty"),
    ],
)
def test_is_known__scope__told(scope, known):
    assert is_known(scope) is known


@in_one_test(
    ("declared", "action", "scopes"),
    [
        pytest.param(["a:read", "b:write"], "list", ["a:read", "b:write"], id="declared"),
        pytest.param(None, "retrieve", ["thing:read"], id="read"),
        pytest.param(None, "destroy", ["thing:write"], id="write"),
        pytest.param(None, "launch", [], id="custom_action"),
    ],
)
def test_required_scopes__view__declared_or_by_action(declared, action, scopes):
    view = type("View", (), {"required_scopes": declared, "scope_object": "thing"})()
    view.action = action

    assert required_scopes(view, "GET") == scopes


def assert_not_allowed(response):
    assert_error(response, 405, "method_not_allowed")
    assert response.json()["type"] == "invalid_request"


@pytest.mark.parametrize("level", ["read", "write"])
def test_scope__experiment_holdout__opens_holdouts(ada, project, holdout, level):
    client = key_client(ada, f"experiment_holdout:{level}")
    url = f"/api/projects/{project.pk}/experiment_holdouts/"

    assert client.get(url).status_code == 200
    assert client.get(f"{url}{holdout.pk}/").status_code == 200
    response = client.patch(f"{url}{holdout.pk}/", {"name": "New"})
    if level == "write":
        assert response.status_code == 200
        assert client.post(url, {"name": "Next"}).status_code == 201
        assert client.delete(f"{url}{holdout.pk}/").status_code == 204
    else:
        assert_forbidden(response, "API key missing required scope 'experiment:write'")


def test_scope__experiment_holdout__opens_nothing_else(ada, project, experiment):
    client = key_client(ada, "experiment_holdout:write")

    response = client.get(f"/api/projects/{project.pk}/experiments/")

    assert_forbidden(response, "API key missing required scope 'experiment:read'")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", ["experiments", "feature_flags", "experiment_holdouts"])
def test_action__of_a_collection_that_has_none__not_found(client, ada, project, path, method):
    browser = DocumentedClient()
    browser.force_login(ada)
    url = f"/api/projects/{project.pk}/{path}/bulk_anything/"

    assert_error(getattr(client, method)(url), 404, "not_found")
    assert_error(getattr(browser, method)(url), 404, "not_found")


def test_action__of_an_object_that_takes_none__refused(client, project, experiment):
    url = f"/api/projects/{project.pk}/experiments/{experiment.pk}/"

    assert_forbidden(client.post(url))


def test_action__that_is_not_there__not_told_to_strangers(anonymous, outsider, project):
    url = f"/api/projects/{project.pk}/experiments/bulk_anything/"

    assert_error(anonymous.post(url), 401, "not_authenticated")
