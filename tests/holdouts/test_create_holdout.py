from holdouts.models import Holdout
from tests.assertions import assert_invalid


def test_create_holdout__name_and_group__stored_and_shown(client, project, ada):
    response = client.post(
        f"/api/projects/{project.pk}/experiment_holdouts/",
        {"name": "Q3", "filters": [{"properties": [], "rollout_percentage": 5}]},
    )

    assert response.status_code == 201
    holdout = Holdout.objects.get()
    assert response.json()["id"] == holdout.pk
    assert response.json()["created_by"]["email"] == ada.email
    assert holdout.filters == [
        {"properties": [], "rollout_percentage": 5, "variant": f"holdout-{holdout.pk}"}
    ]


def test_create_holdout__empty_filters__refused(client, project):
    response = client.post(
        f"/api/projects/{project.pk}/experiment_holdouts/", {"name": "Q3", "filters": []}
    )

    assert_invalid(response, "filters")
