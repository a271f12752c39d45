from holdouts.models import Holdout
from tests.assertions import assert_error


# Quirk: conditional-requests
def test_update__changed_since_it_was_read__precondition_failed(client, holdout):
    url = f"/api/projects/{holdout.project_id}/experiment_holdouts/{holdout.pk}/"
    headers = {"If-Match": client.get(url).headers["ETag"]}
    client.patch(url, {"name": "Mine"})

    response = client.patch(url, {"name": "Yours"}, headers=headers)

    assert_error(response, 412, "precondition_failed")
    assert client.patch(url, {"name": "Yours"}).status_code == 200


# Quirk: idempotency-keys
def test_create__sent_twice_with_one_key__one_holdout(client, project):
    url = f"/api/projects/{project.pk}/experiment_holdouts/"

    for _ in range(2):
        response = client.post(url, {"name": "H"}, headers={"Idempotency-Key": "1"})
        assert response.status_code == 201

    assert Holdout.objects.count() == 1
