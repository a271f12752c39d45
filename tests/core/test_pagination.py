import pytest

from holdouts.models import Holdout
from tests import factories
from tests.looping import in_one_test


@pytest.fixture
def url(project, ada):
    for number in range(5):
        factories.make_holdout(project, ada, name=f"Holdout {number}")
    return f"/api/projects/{project.pk}/experiment_holdouts/"


def names(response):
    return [row["name"].removeprefix("Holdout ") for row in response.json()["results"]]


@pytest.mark.parametrize(
    "resource", ["experiments", "experiment_holdouts", "experiment_saved_metrics"]
)
def test_list__empty__the_four_members_in_order(client, project, resource):
    response = client.get(f"/api/projects/{project.pk}/{resource}/")

    assert list(response.json()) == ["count", "next", "previous", "results"]
    assert response.json() == {"count": 0, "next": None, "previous": None, "results": []}


def test_list__no_parameters__all_on_one_page(client, url):
    response = client.get(url)

    assert names(response) == ["4", "3", "2", "1", "0"]
    assert (response.json()["next"], response.json()["previous"]) == (None, None)


def test_list__more_than_a_hundred_rows__a_hundred_on_a_page(client, url, project, ada):
    for _ in range(96):
        factories.make_holdout(project, ada)

    response = client.get(url)

    assert response.json()["count"] == 101
    assert len(response.json()["results"]) == 100
    assert response.json()["next"] == f"http://testserver{url}?limit=100&offset=100"


@pytest.mark.parametrize("limit", [1000, 1001, 10**30])
def test_list__large_limit__a_thousand_and_a_link_that_leads_on(
    client, url, project, holdout, limit
):
    fields = {"project": project, "name": "Many", "filters": holdout.filters}
    times = {"created_at": holdout.created_at, "updated_at": holdout.updated_at}
    Holdout.objects.bulk_create(Holdout(**fields, **times) for _ in range(1000))

    body = client.get(f"{url}?limit={limit}").json()

    assert (body["count"], len(body["results"])) == (1006, 1000)
    assert body["next"] == f"http://testserver{url}?limit=1000&offset=1000"
    assert len(client.get(body["next"]).json()["results"]) == 6


def test_page__key_in_the_query__not_repeated_in_the_links(anonymous, ada, url):
    key = factories.make_key(ada)

    body = anonymous.get(f"{url}?personal_api_key={key}&limit=2&offset=2").json()

    assert body["next"] == f"http://testserver{url}?limit=2&offset=4"
    assert body["previous"] == f"http://testserver{url}?limit=2"


@pytest.mark.parametrize("query", ["page_size=1", "page_size=1&page=1"])
def test_page__key_in_the_query_of_a_log__not_repeated_in_the_links(
    anonymous, ada, url, project, query
):
    key = factories.make_key(ada)
    path = f"/api/projects/{project.pk}/activity_log/?personal_api_key={key}"

    body = anonymous.get(f"{path}&{query}").json()

    assert body["next"]
    assert key not in body["next"]


@pytest.mark.parametrize(
    ("offset", "shown", "following", "previous"),
    [
        pytest.param(0, ["4", "3"], "?limit=2&offset=2", None, id="first"),
        pytest.param(1, ["3", "2"], "?limit=2&offset=3", "?limit=2", id="between_pages"),
        pytest.param(2, ["2", "1"], "?limit=2&offset=4", "?limit=2", id="second"),
        pytest.param(3, ["1", "0"], None, "?limit=2&offset=1", id="ends_exactly"),
        pytest.param(4, ["0"], None, "?limit=2&offset=2", id="last"),
        pytest.param(5, [], None, "?limit=2&offset=3", id="just_beyond"),
        pytest.param(99, [], None, "?limit=2&offset=97", id="far_beyond"),
    ],
)
def test_page__of_two_rows__linked_to_its_neighbours(
    client, url, offset, shown, following, previous
):
    response = client.get(f"{url}?limit=2&offset={offset}")

    assert response.status_code == 200
    assert names(response) == shown
    assert response.json()["count"] == 5
    assert response.json()["next"] == (following and f"http://testserver{url}{following}")
    assert response.json()["previous"] == (previous and f"http://testserver{url}{previous}")


def test_page__links_followed__every_row_once(client, url):
    seen, link = [], f"{url}?limit=2"
    while link:
        response = client.get(link)
        seen += names(response)
        link = response.json()["next"]

    assert seen == ["4", "3", "2", "1", "0"]


BAD_NUMBERS = [
    pytest.param("", id="empty"),
    pytest.param("abc", id="word"),
    pytest.param("-1", id="negative"),
    pytest.param("1.5", id="fraction"),
    pytest.param("1e2", id="exponent"),
    pytest.param("0x10", id="hexadecimal"),
    pytest.param("%00", id="null_character"),
    pytest.param("%FF", id="not_utf_8"),
    pytest.param("9" * 5000, id="more_digits_than_python_reads"),
    pytest.param("null", id="null"),
]


@in_one_test("limit", [*BAD_NUMBERS, pytest.param("0", id="zero")])
def test_limit__not_a_positive_number__a_hundred(client, url, limit):
    response = client.get(f"{url}?limit={limit}&offset=2")

    assert names(response) == ["2", "1", "0"]
    assert response.json()["previous"] == f"http://testserver{url}?limit=100"


@in_one_test("offset", BAD_NUMBERS)
def test_offset__not_a_number__none(client, url, offset):
    response = client.get(f"{url}?limit=2&offset={offset}")

    assert names(response) == ["4", "3"]
    assert response.json()["previous"] is None


@in_one_test("limit", [2**31, 2**63 - 1, 2**63, 10**30])
def test_limit__huge__everything(client, url, limit):
    response = client.get(f"{url}?limit={limit}&offset=1")

    assert names(response) == ["3", "2", "1", "0"]
    assert response.json()["next"] is None
    assert response.json()["previous"] == f"http://testserver{url}?limit=1000"


@in_one_test("offset", [2**63 - 1, 2**63, 10**30])
def test_offset__huge__empty_page(client, url, offset):
    response = client.get(f"{url}?limit=2&offset={offset}")

    assert response.status_code == 200
    assert (names(response), response.json()["next"]) == ([], None)
    assert response.json()["previous"] == f"http://testserver{url}?limit=2&offset={offset - 2}"


def test_limit__given_twice__the_last_counts(client, url):
    assert names(client.get(f"{url}?limit=1&limit=2")) == ["4", "3"]


@in_one_test(
    ("query", "link"),
    [
        pytest.param("limit=2&foo=b+r", "?foo=b+r&limit=2&offset=2", id="kept_and_sorted"),
        pytest.param("offset=0&limit=2&a=1", "?a=1&limit=2&offset=2", id="sorted_by_name"),
        pytest.param("z=1&limit=2&z=2", "?limit=2&offset=2&z=1&z=2", id="several_values"),
        pytest.param("limit=2&q=%C3%A9%26", "?limit=2&offset=2&q=%C3%A9%26", id="encoded_again"),
        pytest.param("limit=2&empty=", "?empty=&limit=2&offset=2", id="empty_value"),
    ],
)
def test_next__other_parameters__kept_in_order_of_their_names(client, url, query, link):
    response = client.get(f"{url}?{query}")

    assert response.json()["next"] == f"http://testserver{url}{link}"


def test_next__host_of_the_request__used(client, url):
    response = client.get(f"{url}?limit=2", SERVER_NAME="localhost", SERVER_PORT="8000")

    assert response.json()["next"] == f"http://localhost:8000{url}?limit=2&offset=2"


def test_next__path_of_the_request__used(client, project, url):
    path = f"/api/environments/{project.pk}/experiment_holdouts"

    response = client.get(f"{path}?limit=2")

    assert response.json()["next"] == f"http://testserver{path}?limit=2&offset=2"


def test_next__behind_a_proxy_that_speaks_tls__https(client, url, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

    headers = {"X-Forwarded-Proto": "https", "Host": "testserver"}
    response = client.get(f"{url}?limit=2", headers=headers)

    assert response.json()["next"].startswith("https://testserver/")


@pytest.mark.usefixtures("_no_response_cache")
@pytest.mark.parametrize("query", ["", "?limit=2", "?limit=2&offset=2"])
def test_list__any_page__as_many_queries_as_any_other(
    client, url, query, django_assert_max_num_queries
):
    client.get(url)

    with django_assert_max_num_queries(5):
        client.get(url + query)
