import pytest

from tenants.models import AccessControl, Project
from tests.approvals.concurrency import holding

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("_many_writers"),
]


@pytest.fixture
def url(project):
    return f"/api/projects/{project.pk}/access_controls/"


def _lock():
    return Project.objects.select_for_update(no_key=True).get()


def test_races__two_set_the_same_rule__one_rule(admin, url):
    levels = ["none", "member"]
    calls = [lambda level=level: admin.put(url, {"access_level": level}) for level in levels]

    with holding(_lock, *calls) as futures:
        pass

    assert [each.result().status_code for each in futures] == [200, 200]
    assert AccessControl.objects.get().access_level in levels


def test_races__two_change_what_they_have_read__one_done(admin, url):
    headers = {"If-Match": admin.get(url).headers["ETag"]}
    body = {"access_level": "member"}
    calls = [lambda: admin.put(url, body, headers=headers)] * 2

    with holding(_lock, *calls) as futures:
        pass

    assert sorted(each.result().status_code for each in futures) == [200, 412]
