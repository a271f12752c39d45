from tests.experiments.paths import collection


# Quirk: no-project-token-in-requests
def test_list__token_of_another_project__ignored(client, project, foreign_project, experiment):
    token = foreign_project.api_token

    response = client.get(collection(project), {"token": token, "api_key": token})

    assert [each["id"] for each in response.json()["results"]] == [experiment.pk]


# Quirk: no-map-of-web-variants
def test_create__web_experiment__variants_are_the_flags(client, project):
    body = {"name": "E", "feature_flag_key": "e", "type": "web"}

    response = client.post(collection(project), body)

    assert response.status_code == 201
    shares = response.json()["feature_flag"]["filters"]["multivariate"]["variants"]
    assert [each["rollout_percentage"] for each in shares] == [50, 50]
    assert "variants" not in response.json()
