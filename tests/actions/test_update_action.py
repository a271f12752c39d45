from activity.models import ActivityLog
from tests.assertions import assert_error, assert_invalid


def test_update_action__name_and_steps__stored_and_told(client, url, make):
    found = make()
    steps = [{"event": "bought"}]

    body = client.patch(f"{url}{found['id']}/", {"name": "Bought", "steps": steps}).json()

    assert (body["name"], body["steps"]) == ("Bought", steps)
    entry = ActivityLog.objects.get(scope="Action", activity="updated")
    assert {change["field"] for change in entry.detail["changes"]} == {"name", "steps"}


def test_update_action__as_read__nothing_told(client, url, make):
    found = make(tags=["q3"])
    assert client.put(f"{url}{found['id']}/", found).json()["steps"] == found["steps"]
    assert not ActivityLog.objects.filter(activity="updated").exists()


def test_update_action__deleted_and_back__told(client, url, make):
    place = f"{url}{make()['id']}/"
    assert client.patch(place, {"deleted": True}).json()["deleted"] is True
    assert client.get(url).json()["results"] == []
    assert client.patch(place, {"deleted": False}).json()["deleted"] is False
    told = ActivityLog.objects.filter(scope="Action").values_list("activity", flat=True)
    assert sorted(told) == ["created", "deleted", "restored"]


def test_update_action__back_under_a_name_that_is_taken__refused(client, url, make):
    place = f"{url}{make()['id']}/"
    client.patch(place, {"deleted": True})
    make()
    assert_error(client.patch(place, {"deleted": False}), 400, "unique", "name")
    assert client.patch(place, {"deleted": False, "name": "Other"}).json()["deleted"] is False


def test_update_action__name_of_another__refused_whole(client, url, make):
    make()
    other = make(name="Left")
    body = {"name": "Paid", "description": "x"}
    assert_error(client.patch(f"{url}{other['id']}/", body), 400, "unique", "name")
    assert client.get(f"{url}{other['id']}/").json() == other


def test_update_action__steps_that_cannot_be_read__refused_whole(client, url, make):
    found = make()
    body = {"name": "Other", "steps": [{"url": "(", "url_matching": "regex"}]}
    assert_invalid(client.patch(f"{url}{found['id']}/", body), "steps")
    assert client.get(f"{url}{found['id']}/").json() == found


def test_update_action__if_match_of_an_older_state__refused(client, url, make):
    place = f"{url}{make()['id']}/"
    headers = {"If-Match": client.get(place).headers["ETag"]}
    assert client.patch(place, {"name": "One"}, headers=headers).status_code == 200
    assert_error(client.patch(place, {"name": "Two"}, headers=headers), 412, "precondition_failed")


def test_delete_action__any__is_405(client, url, make):
    place = f"{url}{make()['id']}/"
    response = client.delete(place)
    assert_error(response, 405, "method_not_allowed")
    assert "DELETE" not in response.headers["Allow"]
    assert client.get(place).status_code == 200


def test_action__of_another_project__not_found(outsider, make, foreign_project):
    place = f"/api/projects/{foreign_project.pk}/actions/{make()['id']}/"
    assert_error(outsider.get(place), 404, "not_found")
    assert_error(outsider.patch(place, {"name": "x"}), 404, "not_found")
    assert_error(outsider.get(f"{place}references/"), 404, "not_found")
