from tests import factories
from tests.assertions import assert_error
from tests.client import DOCUMENT, DocumentedClient
from tests.experiments.database_rows import everything
from tests.experiments.lifecycle import step
from tests.experiments.paths import member_by_id
from tests.looping import in_one_test

# Every step as an endpoint: the object its body is, if it has one, and its success.
STEPS = {
    "launch": (None, "200"),
    "pause": (None, "200"),
    "resume": (None, "200"),
    "end": ("VerdictRequest", "200"),
    "ship_variant": ("ShipVariantRequest", "200"),
    "archive": ("ArchiveRequest", "200"),
    "unarchive": (None, "200"),
    "reset": (None, "200"),
    "duplicate": ("DuplicateRequest", "201"),
    "copy_to_project": ("CopyToProjectRequest", "201"),
}
every_step = in_one_test("name", STEPS)


@every_step
def test_step__no_key__refused(anonymous, experiment, name):
    before = everything()

    response = anonymous.post(step(experiment, name))

    assert_error(response, 401, "not_authenticated")
    assert everything() == before


@every_step
def test_step__unknown_key__refused(experiment, name):
    response = DocumentedClient("phx_nobody").post(step(experiment, name))

    assert_error(response, 401, "authentication_failed")


@every_step
def test_step__key_that_only_reads__refused(reader, experiment, name):
    before = everything()

    response = reader.post(step(experiment, name))

    assert_error(response, 403, "permission_denied")
    assert "experiment:write" in response.json()["detail"]
    assert everything() == before


@every_step
def test_step__foreign_project__refused(outsider, experiment, name):
    before = everything()

    response = outsider.post(step(experiment, name))

    assert_error(response, 403, "permission_denied")
    assert everything() == before


@every_step
def test_step__key_of_another_project__refused(ada, organization, experiment, name):
    other = factories.make_project(organization, "Blog")
    client = DocumentedClient(factories.make_key(ada, projects=(other.pk,)))

    response = client.post(step(experiment, name))

    assert_error(response, 403, "permission_denied")


@every_step
def test_step__session_without_csrf_token__refused(session, experiment, name):
    before = everything()

    response = session.post(step(experiment, name))

    assert_error(response, 403, "permission_denied")
    assert everything() == before


@every_step
@in_one_test("reference", ["987654", "abc", "1_0", "9999999999999999999999"])
def test_step__unknown_experiment__not_found(client, project, name, reference):
    response = client.post(f"{member_by_id(project, reference)}{name}/")

    assert_error(response, 404, "not_found")


@every_step
def test_step__deleted_experiment__not_found(client, project, ada, name):
    experiment = factories.make_experiment(project, ada, deleted=True)
    before = everything()

    response = client.post(step(experiment, name))

    assert_error(response, 404, "not_found")
    assert everything() == before


@every_step
def test_step__experiment_of_another_project__not_found(
    client, project, foreign_project, mallory, name
):
    foreign = factories.make_experiment(foreign_project, mallory)
    before = everything()

    response = client.post(f"{member_by_id(project, foreign.pk)}{name}/")

    assert_error(response, 404, "not_found")
    assert everything() == before


@every_step
@in_one_test("method", ["get", "put", "patch", "delete"])
def test_step__other_method__not_allowed(ada, experiment, name, method):
    browser = DocumentedClient()
    browser.force_login(ada)
    before = everything()

    response = getattr(browser, method)(step(experiment, name))

    assert_error(response, 405, "method_not_allowed")
    assert everything() == before


@every_step
def test_step__documented__with_its_own_body_and_success(name):
    path = "/api/projects/{project_id}/experiments/{id}/" + f"{name}/"
    operation = DOCUMENT["paths"][path]["post"]
    body, success = STEPS[name]

    content = operation.get("requestBody", {}).get("content", {})
    schemas = {media["schema"]["$ref"].rsplit("/", 1)[-1] for media in content.values()}

    assert schemas == ({body} if body else set())
    assert [status for status in operation["responses"] if status < "300"] == [success]
