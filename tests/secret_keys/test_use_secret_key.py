"""What a program may do with a secret API key of a project."""

import datetime

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from api.throttling import RateLimit
from tenants.levels import EXPERIMENT
from tenants.models import AccessControl
from tests import factories
from tests.assertions import assert_error
from tests.client import DOCUMENT, DocumentedClient

NOW = datetime.datetime(2126, 3, 2, 10, 0, tzinfo=datetime.UTC)
REFUSED = "project_secret_key_not_allowed"
ALLOWED = {
    "get /api/projects/{project_id}/experiments/",
    "get /api/projects/{project_id}/experiments/{id}/",
    "get /api/projects/{project_id}/feature_flags/{id}/remote_config/",
}
# They look at no key, or at the session alone.
OPEN = ("/api/login/", "/api/login/code/", "/api/logout/", "/api/signup/{id}/")
OPERATIONS = [
    (method, path)
    for path, operations in DOCUMENT["paths"].items()
    for method in operations
    if f"{method} {path}" not in ALLOWED and path not in OPEN
]


@pytest.fixture
def experiments(project):
    return f"/api/projects/{project.pk}/experiments/"


@pytest.fixture
def config(project):
    filters = {"groups": [], "payloads": {"true": '{"limit": 7}'}}
    return factories.make_flag(project, "limits", is_remote_configuration=True, filters=filters)


@pytest.fixture
def definitions(anonymous, project):
    def read(bearer, path="/flags/definitions", token=None):
        return anonymous.get(
            f"{path}?token={token or project.api_token}&send_cohorts",
            headers={"Authorization": f"Bearer {bearer}"},
        )

    return read


def test_secret_key__experiments__listed_and_read(program, experiments, experiment):
    listed = program.get(experiments).json()["results"]
    shown = program.get(f"{experiments}{experiment.pk}/").json()

    assert listed == [shown]
    assert (shown["name"], shown["user_access_level"]) == (experiment.name, "viewer")


def test_secret_key__current_project__its_own(program, experiment):
    assert program.get("/api/projects/@current/experiments/").json()["count"] == 1
    assert program.get("/api/environments/@current/experiments/").json()["count"] == 1


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_secret_key__anything_else__refused(program, project, method, path):
    places = {"project_id": project.pk, "organization_id": "@current", "uuid": "@me"}
    url = path.format_map(
        places
        | dict.fromkeys(("id", "key", "version", "role_id", "user__uuid"), "1")
        | {"run_id": "00000000-0000-0000-0000-000000000001"}
    )

    response = getattr(program, method)(url)

    assert_error(response, 403, REFUSED)


@pytest.mark.parametrize("method", ["post", "options", "delete"])
def test_secret_key__other_method_on_the_list__refused(program, experiments, method):
    assert_error(getattr(program, method)(experiments), 403, REFUSED)


def test_secret_key__another_project__refused(program, organization, foreign_project):
    for other in (factories.make_project(organization, "Sister"), foreign_project):
        assert_error(program.get(f"/api/projects/{other.pk}/experiments/"), 403, REFUSED)
    assert_error(program.get(f"/api/projects/{10**9}/experiments/"), 403, REFUSED)


def test_secret_key__not_in_the_header__unknown(anonymous, experiments, secret):
    response = anonymous.get(f"{experiments}?personal_api_key={secret.value}")

    assert_error(response, 401, "authentication_failed")


def test_secret_key__unknown__not_authenticated(experiments):
    assert_error(DocumentedClient("phs_nothing").get(experiments), 401, "authentication_failed")


def test_secret_key__without_the_scope__names_it(make_secret, experiments):
    response = DocumentedClient(make_secret("feature_flag:read").value).get(experiments)

    assert_error(response, 403, "permission_denied")
    assert "API key missing required scope 'experiment:read'" in response.json()["detail"]


def test_secret_key__access_rules__do_not_bind_it(program, experiments, experiment, project):
    AccessControl.objects.create(project=project, resource=EXPERIMENT, access_level="none")

    assert program.get(experiments).json()["count"] == 1
    assert program.get(f"{experiments}{experiment.pk}/").status_code == 200


def test_secret_key__members_without_keys__do_not_bind_it(program, experiments, organization):
    organization.members_can_use_personal_api_keys = False
    organization.save()

    assert program.get(experiments).status_code == 200


def test_secret_key__remote_config__read_by_key_and_id(program, project, config):
    for place in ("@current", project.pk):
        for reference in ("limits", config.pk):
            url = f"/api/projects/{place}/feature_flags/{reference}/remote_config/"
            assert program.get(url).json() == '{"limit": 7}'


def test_secret_key__remote_config_elsewhere__refused(program, config, foreign_project):
    url = f"/api/projects/{foreign_project.pk}/feature_flags/limits/remote_config/"
    assert_error(program.get(url), 403, REFUSED)


def test_secret_key__remote_config_without_the_scope__forbidden(make_secret, config):
    program = DocumentedClient(make_secret("experiment:read").value)

    response = program.get("/api/projects/@current/feature_flags/limits/remote_config/")

    assert_error(response, 403, "permission_denied")


@pytest.mark.parametrize("path", ["/flags/definitions", "/api/feature_flag/local_evaluation/"])
def test_secret_key__definitions__read(definitions, secret, config, path):
    response = definitions(secret.value, path)

    assert [flag["key"] for flag in response.json()["flags"]] == ["limits"]


def test_secret_key__definitions_of_another_project__refused(definitions, secret, foreign_project):
    response = definitions(secret.value, token=foreign_project.api_token)

    assert_error(response, 403, REFUSED)


def test_secret_key__definitions_after_its_end__refused(definitions, secret):
    assert definitions(secret.value).status_code == 200

    secret.delete()

    assert_error(definitions(secret.value), 401, "authentication_failed")


def test_secret_key__beside_the_secret_token__both_work(browser, project, definitions, secret):
    rotated = browser.patch(f"/api/projects/{project.pk}/rotate_secret_token/").json()

    for value in (secret.value, rotated["secret_api_token"]):
        assert definitions(value).status_code == 200
    experiments = f"/api/projects/{project.pk}/experiments/"
    assert DocumentedClient(rotated["secret_api_token"]).get(experiments).status_code == 401


def test_secret_key__use__noted_once_an_hour(program, experiments, secret):
    with time_machine.travel(NOW, tick=False):
        program.get(experiments)
    with time_machine.travel(NOW + datetime.timedelta(minutes=59), tick=False):
        program.get(experiments)

    secret.refresh_from_db()
    assert secret.last_used_at == NOW


def test_secret_key__read_again__answered_from_the_cache(program, experiments, experiment):
    for _ in range(2):
        program.get(experiments)

    with CaptureQueriesContext(connection) as queries:
        assert program.get(experiments).json()["count"] == 1
    assert len(queries) == 1


def test_secret_key__etag__known_already(program, experiments, experiment):
    url = f"{experiments}{experiment.pk}/"
    etag = program.get(url).headers["ETag"]

    assert program.get(url, headers={"If-None-Match": etag}).status_code == 304


@pytest.fixture
def limits(settings, monkeypatch):
    monkeypatch.setattr(RateLimit, "asks_again_at", 0)
    settings.RATE_LIMIT_ENABLED = True
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": "secret keys",
        }
    }
    cache.clear()
    return settings


def statuses(read, number):
    return [read().status_code for _ in range(number)]


@pytest.mark.parametrize("path", ["experiments/", "feature_flags/limits/remote_config/"])
def test_secret_key__too_often__refused(limits, program, project, config, path):
    limits.RATE_LIMITS = {"burst": "2/minute"}
    url = f"/api/projects/{project.pk}/{path}"

    assert statuses(lambda: program.get(url), 3) == [200, 200, 429]


def test_secret_key__definitions_too_often__refused(limits, definitions, secret):
    limits.RATE_LIMITS = {"burst": "2/minute"}

    assert statuses(lambda: definitions(secret.value), 3) == [200, 200, 429]


def test_secret_key__all_keys_of_the_project__have_a_limit_together(
    limits, make_secret, experiments, client
):
    limits.RATE_LIMIT_SECRET_KEYS = "3/minute"
    first, second = (DocumentedClient(make_secret(label=text).value) for text in ("a", "b"))

    assert statuses(lambda: first.get(experiments), 2) == [200, 200]
    assert statuses(lambda: second.get(experiments), 2) == [200, 429]
    assert "Retry-After" in second.get(experiments).headers
    assert client.get(experiments).status_code == 200
