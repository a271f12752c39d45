import pytest

from tests import factories
from tests.assertions import assert_error
from tests.client import DocumentedClient


@pytest.fixture
def url(project):
    return f"/api/projects/{project.pk}/tags/"


@pytest.fixture
def _tagged(make, foreign_project, mallory):
    make("experiment", "growth", "q3")
    make("flag", "größe")
    make("saved_metric", "q3")
    make("action", "paid")
    make("experiment", "theirs", project=foreign_project, actor=mallory)


@pytest.mark.usefixtures("_tagged")
def test_list_tags__all_kinds__by_name_once_each(client, url):
    assert client.get(url).json() == ["growth", "größe", "paid", "q3"]


def test_list_tags__none__empty_list(client, url):
    assert client.get(url).json() == []


@pytest.mark.usefixtures("_tagged")
def test_list_tags__search__page_of_those(client, url):
    body = client.get(url, {"search": "GRÖ"}).json()
    assert body == {"count": 1, "next": None, "previous": None, "results": ["größe"]}


def test_list_tags__search_for_many__pages_of_at_most_100(client, url, make):
    for part in range(3):
        make("experiment", *(f"t{part}{number:02}" for number in range(50)))

    body = client.get(url, {"search": "t", "limit": 1000}).json()
    rest = client.get(body["next"]).json()

    assert (body["count"], len(body["results"])) == (150, 100)
    assert (len(rest["results"]), rest["next"]) == (50, None)


@pytest.mark.usefixtures("_tagged")
@pytest.mark.parametrize(
    ("scopes", "names"),
    [
        (["experiment:read"], ["growth", "q3"]),
        (["feature_flag:write"], ["größe"]),
        (["action:read", "experiment_saved_metric:read"], ["paid", "q3"]),
    ],
    ids=str,
)
def test_list_tags__key_with_few_scopes__of_what_it_opens(grace, url, scopes, names):
    assert DocumentedClient(factories.make_key(grace, *scopes)).get(url).json() == names


def test_list_tags__key_with_another_scope__forbidden(grace, url):
    reader = DocumentedClient(factories.make_key(grace, "person:read"))
    assert_error(reader.get(url), 403, "permission_denied")


def test_list_tags__of_what_is_denied__not_told(grace, url, make, denied):
    denied("flag", make("flag", "secret"))
    make("flag", "public")
    assert DocumentedClient(factories.make_key(grace)).get(url).json() == ["public"]


def test_list_tags__of_what_is_deleted__gone(client, url, make, place):
    row = make("experiment", "old")
    assert client.get(url).json() == ["old"]
    client.patch(f"{place('experiment')}{row.pk}/", {"deleted": True})
    assert client.get(url).json() == []
