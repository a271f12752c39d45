import encodings
import gzip
import pkgutil
import zlib

import pytest

from core.http.wsgi_request import TextHandler
from tests.assertions import assert_error
from tests.looping import in_one_test
from tests.wsgi import served

TEXT = '{"name": "Q3"}'
BOMB = gzip.compress(b'{"name": "' + b"x" * 50_000_000 + b'"}')


CODECS = sorted(module.name for module in pkgutil.iter_modules(encodings.__path__))
FORM = b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nQ3 \xc3\xbc\r\n--x--\r\n'


@pytest.fixture(autouse=True)
def _requests_as_served(monkeypatch):
    # The client makes its requests without the handler that a server calls.
    monkeypatch.setattr("django.test.client.WSGIRequest", TextHandler.request_class)


@pytest.fixture
def send(client, project):
    def post(body: bytes, content_type: str = "application/json", **headers: str):
        path = f"/api/projects/{project.pk}/experiment_holdouts/"
        return client.generic("POST", path, body, content_type, headers=headers)

    return post


@in_one_test(
    "body",
    [
        pytest.param(TEXT.encode("utf-16"), id="utf-16"),
        pytest.param(TEXT.encode("utf-32"), id="utf-32"),
        pytest.param(b'{"name": "\xff\xfe"}', id="no utf-8"),
        pytest.param(b'{"name": "\xed\xa0\x80"}', id="surrogate in utf-8"),
        pytest.param(b"\x00" * 1000, id="nothing but nul"),
        pytest.param(BOMB, id="compressed and not announced"),
    ],
)
def test_encoding__not_utf_8__refused(send, body):
    assert_error(send(body), 400, "parse_error")


@in_one_test("coding", ["gzip", "deflate", "br", "identity, gzip"])
def test_encoding__compressed__never_unpacked(send, coding):
    body = zlib.compress(BOMB) if coding == "deflate" else BOMB

    assert_error(send(body, **{"Content-Encoding": coding}), 400, "parse_error")


@in_one_test(
    "charset",
    ["utf-7", "rot13", "base64", "zip", "idna", "punycode", "undefined", "nonsense", "\u00fc"],
)
def test_encoding__odd_charset__refused_or_read_as_utf_8(send, charset):
    response = send(TEXT.encode(), f"application/json; charset={charset}")

    assert response.status_code in (201, 400, 415), response.content


@in_one_test("form", ["application/x-www-form-urlencoded", "multipart/form-data"])
@in_one_test("charset", ["utf-7", "rot13", "nonsense", "punycode", "idna", "undefined"])
def test_encoding__form_in_odd_charset__refused_or_read(send, form, charset):
    response = send(b"name=Q3", f"{form}; charset={charset}; boundary=x")

    assert response.status_code in (201, 400, 415), response.content


@in_one_test("word", ["%00", "%ff", "%c0%af", "%2e%2e", "%ed%a0%80", "\u0661", "1_0"])
@in_one_test(
    "path",
    ["/api/projects/{}/experiments/", "/api/projects/@current/experiments/{}/", "/api/{}/x/"],
)
def test_encoding__odd_word_in_the_path__not_found(client, project, path, word):
    assert client.get(path.format(word)).status_code in (400, 404)


@in_one_test("name", ["limit", "offset", "status", "created_by_id", "search", "order", "format"])
@in_one_test("value", ["%00", "%ff", "9" * 5000, "-1", "\u0661", "%ed%a0%80", "[]"])
def test_encoding__odd_value_in_the_query__no_failure(client, project, name, value):
    response = client.get(f"/api/projects/{project.pk}/experiments/?{name}={value}")

    assert response.status_code in (200, 400, 404)


@pytest.mark.parametrize(
    ("path", "media_type", "body"),
    [
        ("experiment_holdouts", "application/json", b'{"name": "Q3 \xc3\xbc"}'),
        ("experiment_holdouts", "application/json", b"name=Q3"),
        ("experiment_holdouts", "application/x-www-form-urlencoded", b"name=Q%C3%BC&x=\xc3\xbc"),
        ("experiment_holdouts", "multipart/form-data; boundary=x", FORM),
        ("/api/login/?next=1", "application/json", b"{}"),
        ("/flags/?v=2", "application/json", b"{}"),
        ("/batch/?compression=none", "application/json", b"{}"),
    ],
)
def test_encoding__every_codec_that_there_is__no_failure(client, project, path, media_type, body):
    url = path if path.startswith("/") else f"/api/projects/{project.pk}/{path}/?a=%C3%BC"

    statuses = {
        codec: client.generic("POST", url, body, f"{media_type}; charset={codec}").status_code
        for codec in CODECS
    }

    assert {codec: status for codec, status in statuses.items() if status >= 500} == {}


def test_encoding__served_application__reads_texts_only(db):
    answer = served("POST", "/api/login/", b"{}", CONTENT_TYPE="application/json; charset=punycode")

    assert answer.status < 500
