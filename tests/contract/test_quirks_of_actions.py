from tests import factories
from tests.results.conftest import metric


# Quirk: elements-by-their-chain
def test_query__action_by_selector__says_so(client, project, ada, running_experiment):
    action = factories.make_action(project, ada, steps=[{"selector": "div > button"}])
    document = metric(source={"kind": "ActionsNode", "id": action.pk})
    query = {
        "kind": "ExperimentQuery",
        "experiment_id": running_experiment.pk,
        "metric": document,
    }

    answer = client.post(f"/api/projects/{project.pk}/query/", {"query": query})

    assert answer.status_code == 400
    assert "selector cannot be computed" in answer.json()["detail"]


# Quirk: actions-keep-no-calculation
def test_retrieve_action__any__nothing_was_calculated(client, project, ada):
    action = factories.make_action(project, ada, post_to_slack=True)

    body = client.get(f"/api/projects/{project.pk}/actions/{action.pk}/").json()

    names = ("last_calculated_at", "bytecode_error", "creation_context")
    assert [body[name] for name in names] == [None] * 3
    assert (body["is_calculating"], body["post_to_slack"]) == (False, True)


# Quirk: annotations-are-changed-at-home
def test_annotation__shared_with_the_organization__changed_at_home(client, project, ada):
    found = factories.make_annotation(project, ada, scope="organization")
    other = factories.make_project(project.organization, "Sister")
    place = f"/api/projects/{other.pk}/annotations/{found.pk}/"

    assert client.get(place).json()["content"] == "Launched"
    assert client.patch(place, {"content": "x"}).status_code == 404
