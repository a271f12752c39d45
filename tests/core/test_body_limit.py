from io import BytesIO

import pytest

from tests.assertions import assert_error
from tests.client import DocumentedClient
from tests.looping import in_one_test
from tests.wsgi import Unreadable

LIMIT = 2000


@pytest.fixture(autouse=True)
def _small_limit(settings):
    settings.MAX_BODY_BYTES = settings.DATA_UPLOAD_MAX_MEMORY_SIZE = LIMIT


@pytest.fixture
def url(project):
    return f"/api/projects/{project.pk}/experiment_holdouts/"


def bodies(size):
    padding = "x" * size
    multipart = f'--x\r\nContent-Disposition: form-data; name="n"\r\n\r\n{padding}\r\n--x--\r\n'
    return {
        "application/json": f'{{"name": "Q3", "x": "{padding}"}}',
        "application/x-www-form-urlencoded": f"name=Q3&x={padding}",
        "multipart/form-data; boundary=x": multipart,
        "text/plain": padding,
    }


@pytest.mark.parametrize("content_type", bodies(0))
@pytest.mark.parametrize("who", ["client", "anonymous"])
def test_body__announced_too_large__refused(request, url, content_type, who):
    client = request.getfixturevalue(who)

    response = client.generic("POST", url, bodies(LIMIT + 1)[content_type], content_type)

    assert_too_large(response)


@pytest.mark.parametrize("path", ["/api/nothing/", "/admin/login/"])
def test_body__too_large_on_any_path__refused(path):
    response = DocumentedClient().generic("POST", path, "x" * (LIMIT + 1), "text/plain")

    assert_too_large(response)


def test_body__form_of_a_page_larger_than_pages_send__refused(settings):
    settings.MAX_BODY_BYTES = 5 * 1024 * 1024

    response = DocumentedClient().generic("POST", "/admin/login/", "x" * (1024 * 1024 + 1))

    assert_too_large(response)


def test_body__exactly_the_limit__read(client, url):
    frame = len(bodies(0)["application/json"])
    body = bodies(LIMIT - frame)["application/json"]
    assert len(body) == LIMIT

    response = client.generic("POST", url, body, "application/json")

    assert response.status_code == 201


def test_body__one_byte_more__refused(client, url):
    frame = len(bodies(0)["application/json"])
    body = bodies(LIMIT - frame + 1)["application/json"]

    response = client.generic("POST", url, body, "application/json")

    assert_too_large(response)


@in_one_test("length", ["9" * 30, "9" * 5000], ids=["huge", "thousands_of_digits"])
def test_body__length_beyond_reason__refused(client, url, length):
    response = client.generic("POST", url, "{}", "application/json", CONTENT_LENGTH=length)

    assert_too_large(response)


@pytest.mark.parametrize("length", ["0", "", "abc", "\u00b2"])
def test_body__no_usable_length__not_read(client, url, length):
    body = '{"name": "Q3"}'

    response = client.generic("POST", url, body, "application/json", CONTENT_LENGTH=length)

    assert_error(response, 400, "required", "name")


def test_body__length_too_short__cut_off(client, url):
    body = '{"name": "Q3"}'

    response = client.generic("POST", url, body, "application/json", CONTENT_LENGTH="5")

    assert_error(response, 400, "parse_error")


@pytest.mark.parametrize("content_type", list(bodies(0))[:2])
def test_body__chunked__read_though_no_length_is_announced(client, url, content_type):
    response = send_chunked(client, url, bodies(0)[content_type], content_type)

    assert response.status_code == 201
    assert response.json()["name"] == "Q3"


@in_one_test("content_type", bodies(0))
def test_body__chunked_and_too_large__refused(client, url, content_type):
    response = send_chunked(client, url, bodies(LIMIT + 1)[content_type], content_type)

    assert_too_large(response)


def test_body__chunked_and_empty__counts_as_empty_object(client, url):
    response = send_chunked(client, url, "", "application/json")

    assert_error(response, 400, "required", "name")


@in_one_test("length", ["20", ""], ids=["announced", "chunked"])
def test_body__client_goes_away__parse_error(client, url, length):
    environment = {"wsgi.input": Unreadable(), "wsgi.input_terminated": True}

    response = client.generic(
        "POST", url, "{}", "application/json", CONTENT_LENGTH=length, **environment
    )

    assert_error(response, 400, "parse_error")
    assert response.json()["type"] == "invalid_request"


def send_chunked(client, url, body, content_type):
    # What a server passes on for `Transfer-Encoding: chunked`.
    return client.generic(
        "POST",
        url,
        body,
        content_type,
        CONTENT_LENGTH="",
        **{"wsgi.input": BytesIO(body.encode()), "wsgi.input_terminated": True},
    )


def assert_too_large(response):
    assert_error(response, 413, "request_too_large")
    assert response.json()["type"] == "invalid_request"


@in_one_test("word", ["\u00e9", "\u4e2d", "\U0001f994"])
def test_body__unannounced_below_a_path_in_any_script__not_found(client, word):
    body = {"wsgi.input": BytesIO(b"{}"), "wsgi.input_terminated": True, "CONTENT_LENGTH": ""}

    response = client.post(f"/api/projects/{word}/experiments/", **body)

    assert_error(response, 404, "not_found")
