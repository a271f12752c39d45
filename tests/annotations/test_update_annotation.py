from activity.models import ActivityLog
from tests.assertions import assert_error, assert_invalid


def test_update_annotation__content__stored_and_told(client, url, make):
    found = make()
    body = client.patch(f"{url}{found['id']}/", {"content": "Ended"}).json()
    assert (body["content"], body["date_marker"]) == ("Ended", found["date_marker"])
    [change] = ActivityLog.objects.get(activity="updated").detail["changes"]
    assert (change["field"], change["before"], change["after"]) == ("content", "Launched", "Ended")


def test_update_annotation__as_read__nothing_told(client, url, make):
    found = make(scope="tag", tags=["q3"], emoji="🚀")
    assert client.put(f"{url}{found['id']}/", found).json()["tags"] == ["q3"]
    assert not ActivityLog.objects.filter(activity="updated").exists()


def test_update_annotation__deleted_and_back__told(client, url, make):
    place = f"{url}{make()['id']}/"
    assert client.patch(place, {"deleted": True}).json()["deleted"] is True
    assert client.get(url).json()["results"] == []
    assert client.get(place).json()["deleted"] is True
    assert client.patch(place, {"deleted": False}).json()["deleted"] is False
    told = ActivityLog.objects.filter(scope="Annotation").values_list("activity", flat=True)
    assert sorted(told) == ["created", "deleted", "restored"]


def test_update_annotation__to_a_recording__refused_whole(client, url, make):
    found = make()
    body = {"content": "x", "scope": "recording"}
    assert_invalid(client.patch(f"{url}{found['id']}/", body), "scope")
    assert client.get(f"{url}{found['id']}/").json() == found


def test_update_annotation__if_match_of_an_older_state__refused(client, url, make):
    place = f"{url}{make()['id']}/"
    headers = {"If-Match": client.get(place).headers["ETag"]}
    assert client.patch(place, {"content": "One"}, headers=headers).status_code == 200
    response = client.patch(place, {"content": "Two"}, headers=headers)
    assert_error(response, 412, "precondition_failed")


def test_delete_annotation__any__is_405(client, url, make):
    place = f"{url}{make()['id']}/"
    assert_error(client.delete(place), 405, "method_not_allowed")
    assert client.get(place).json()["deleted"] is False


def test_annotation__of_another_organization__not_found(outsider, make, foreign_project):
    for scope in ("project", "organization"):
        found = make(scope=scope)
        place = f"/api/projects/{foreign_project.pk}/annotations/{found['id']}/"
        assert_error(outsider.get(place), 404, "not_found")
        assert_error(outsider.patch(place, {"content": "x"}), 404, "not_found")


def test_annotation__of_the_organization__changed_in_its_own_project(client, make, sister):
    found = make(scope="organization")
    place = f"{sister}{found['id']}/"
    assert client.get(place).json()["content"] == "Launched"
    assert_error(client.patch(place, {"content": "x"}), 404, "not_found")
