import pytest

from tests.assertions import assert_error
from tests.looping import in_one_test


def part(name, value, *headers, filename=None):
    disposition = f'form-data; name="{name}"' + (f'; filename="{filename}"' if filename else "")
    lines = ["--x", f"Content-Disposition: {disposition}", *headers, "", value]
    return "\r\n".join([*lines, ""]).encode("utf-8")


@pytest.fixture
def post(client, project):
    def send(*parts, content_type="multipart/form-data; boundary=x", end=b"--x--\r\n"):
        url = f"/api/projects/{project.pk}/experiment_holdouts/"
        return client.generic("POST", url, b"".join(parts) + end, content_type)

    return send


def test_multipart__fields__read(post):
    response = post(part("name", "Größe"), part("filters", '[{"rollout_percentage": 5}]'))

    assert response.status_code == 201
    assert response.json()["name"] == "Größe"
    assert response.json()["filters"][0]["rollout_percentage"] == 5


@in_one_test(
    "content_type",
    [
        pytest.param("multipart/form-data", id="no_boundary"),
        pytest.param("multipart/form-data; boundary=", id="empty_boundary"),
        pytest.param("multipart/form-data; boundary=\u00e9", id="boundary_not_ascii"),
    ],
)
def test_multipart__boundary_missing_or_wrong__parse_error(post, content_type):
    response = post(part("name", "Q3"), content_type=content_type)

    assert_error(response, 400, "parse_error")
    assert response.json()["type"] == "invalid_request"


@pytest.mark.parametrize("end", [b"--x", b"--x\r\nbroken", b"--x--"])
def test_multipart__broken_end__whole_parts_count(post, end):
    response = post(part("name", "Q3"), end=end)

    assert response.status_code == 201
    assert response.json()["name"] == "Q3"


@in_one_test("filename", [None, "f"], ids=["fields", "files"])
def test_multipart__too_many_parts__parse_error(post, filename):
    response = post(*(part(f"a{number}", "1", filename=filename) for number in range(1500)))

    assert_error(response, 400, "parse_error")
    assert response.json()["type"] == "invalid_request"


@pytest.mark.parametrize(
    ("field", "code"), [("name", "invalid_input"), ("filters", "invalid_input")]
)
def test_multipart__file_where_text_belongs__invalid(post, field, code):
    texts = [part("name", "Q3")] if field != "name" else []

    response = post(*texts, part(field, "[]", filename="f.txt"))

    assert_error(response, 400, code, field)


def test_multipart__file_as_key__refused(anonymous, project):
    url = f"/api/projects/{project.pk}/experiment_holdouts/"
    body = part("personal_api_key", "phx_unknown", filename="key.txt") + b"--x--\r\n"

    response = anonymous.generic("POST", url, body, "multipart/form-data; boundary=x")

    assert_error(response, 401, "authentication_failed")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        pytest.param("a\x00", "null_characters_not_allowed", id="null_character"),
        pytest.param("  ", "blank", id="blank"),
        pytest.param("x" * 401, "max_length", id="long"),
    ],
)
def test_multipart__text_that_cannot_be_kept__invalid(post, value, code):
    response = post(part("name", value))

    assert_error(response, 400, code, "name")


def test_multipart__text_that_is_not_the_base64_it_claims__nothing_is_read(post):
    response = post(part("name", "!!!", "Content-Transfer-Encoding: base64"))

    assert_error(response, 400, "blank", "name")


@pytest.mark.parametrize("body", [b"", b"name=Q3", b'{"name": "Q3"}'])
def test_multipart__no_part_at_all__counts_as_empty(post, body):
    assert_error(post(body, end=b""), 400, "required", "name")
