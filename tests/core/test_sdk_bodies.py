"""Bodies as SDKs encode them, which capture and flags read alike."""

import functools
import gzip
import json
from base64 import b64encode, encodebytes
from urllib.parse import quote

import lzstring
import pytest

from events.models import Event
from tests import factories
from tests.client import Client
from tests.looping import in_one_test
from tests.wsgi import Unreadable, served

FORM = "application/x-www-form-urlencoded"
NAME = "café 日本 😀 >>>???~~"
LZ = lzstring.LZString()
# Paths with a body in each of them, and those that answer with the body of others.
PATHS = ["/e/?", "/flags/?v=2&"]
ALL_PATHS = [*PATHS, "/batch/?", "/engage/?", "/decide/?v=3&", "/flags/?v=2"]


@functools.cache
def lz64(text):
    # JavaScript packs UTF-16 units.
    units = text.encode("utf-16-le", "surrogatepass")
    return LZ.compressToBase64("".join(map(chr, memoryview(units).cast("H"))))


@pytest.fixture(params=PATHS, ids=["capture", "flags"])
def path(request):
    return request.param


@pytest.fixture
def text(project):
    named = {"key": "name", "type": "person", "operator": "exact", "value": NAME}
    factories.make_flag(project, "named", filters={"groups": [{"properties": [named]}]})
    return json.dumps(
        {
            "token": project.api_token,
            "event": "signup",
            "distinct_id": "ann",
            "properties": {"name": NAME},
            "person_properties": {"name": NAME},
        },
        ensure_ascii=False,
    )


@pytest.fixture
def is_read(path):
    """Tell whether a body is understood, down to the last character of a name."""

    def is_read(body, content_type="text/plain", query="", **headers):
        response = Client().post(path + query, body, content_type=content_type, headers=headers)
        assert response.status_code == 200, response.content
        if "flags" in path:
            return response.json()["flags"]["named"]["enabled"]
        return [each.properties["name"] for each in Event.objects.all()] == [NAME]

    return is_read


def test_lz64__in_a_form_that_names_it__is_read(is_read, text):
    # posthog-js sends this one.
    form = f"data={quote(lz64(text), safe='')}&compression=lz64"

    assert is_read(form, FORM)


@pytest.mark.parametrize("name", ["lz64", "LZ64", "lz-string"])
def test_lz64__named_by_the_query__is_read(is_read, text, name):
    assert is_read(lz64(text), query=f"compression={name}")


def test_lz64__named_by_a_header__is_read(is_read, text):
    assert is_read(lz64(text), **{"Content-Encoding": "lz64"})


def test_lz64__in_gzip__is_read_as_what_is_in_it(is_read, text):
    assert is_read(gzip.compress(text.encode()), query="compression=lz64")


def test_lz64__of_any_length__is_read(is_read, text):
    # The last letter may stand alone, and every width of a symbol occurs.
    assert is_read(lz64(text + " " * 3_000), query="compression=lz64")


@in_one_test("packing", ["base64", "gzip-js", "gzip", "", "nonsense"])
def test_base64__in_a_form_that_names_it_anyhow__is_read(path, text, packing):
    form = f"data={quote(b64encode(text.encode()))}&compression={packing}"

    assert Client().post(path, form, content_type=FORM).status_code == 200


def test_base64__in_lines__is_read(is_read, text):
    assert is_read(encodebytes(text.encode()))


def test_form__of_json_behind_blanks__is_read(is_read, text):
    assert is_read(f"data=%20+%0A{quote(text)}&ver=1", FORM)


def test_form__named_otherwise_in_the_query__the_query_counts(is_read, text):
    form = f"data={quote(b64encode(text.encode()))}&compression=lz64"

    assert is_read(form, FORM, query="compression=base64")


def test_form__named_otherwise_in_a_header__the_form_counts(is_read, text):
    form = f"data={quote(lz64(text), safe='')}&compression=lz64"

    assert is_read(form, FORM, **{"Content-Encoding": "gzip"})


@pytest.mark.parametrize(
    ("query", "headers"),
    [("", {"Content-Encoding": "gzip"}), ("compression=gzip", {}), ("", {})],
    ids=["header", "query", "nowhere"],
)
def test_gzip__under_the_type_of_forms__is_read(is_read, text, query, headers):
    # curl's type for `--data-binary`.
    assert is_read(gzip.compress(text.encode()), FORM, query, **headers)


@pytest.mark.parametrize("form", [True, False], ids=["form", "bare"])
def test_lz64__half_of_a_pair__is_replaced(project, form):
    one = json.dumps({"token": project.api_token, "event": "a", "distinct_id": "half."})
    packed = lz64(one.replace("half", "\ud83d"))
    body = f"data={quote(packed, safe='')}&compression=lz64" if form else packed

    Client().post("/e/?compression=lz64", body, content_type=FORM if form else "text/plain")

    assert [each.distinct_id for each in Event.objects.all()] == ["\ufffd."]


def test_lz64__of_thousands_of_events__is_read(project):
    events = [
        {"event": "view", "distinct_id": f"user_{number}", "properties": {"at": number * 7919}}
        for number in range(1500)
    ]
    packed = lz64(json.dumps({"api_key": project.api_token, "batch": events}))
    assert len(packed) > 16 * 1024

    response = Client().post("/e/?compression=lz64", packed, content_type="text/plain")

    assert response.status_code == 200
    assert Event.objects.count() == 1500


@in_one_test("packed", ["", "%", "Q===", "AAAA", "N4Ig", "zzzz", lz64("{}")[:3], "é"])
def test_lz64__broken__is_400(path, packed, db):
    response = Client().post(f"{path}compression=lz64", packed, content_type="text/plain")

    assert_plain(response, 400)


@in_one_test("content", ["a" * 2_100_000, "é" * 1_050_000], ids=["units", "bytes"])
def test_lz64__that_unpacks_to_more_than_is_read__is_413(path, content, db):
    packed = lz64(content)

    response = Client().post(f"{path}compression=lz64", packed, content_type="text/plain")

    assert_plain(response, 413)


@pytest.mark.parametrize("encode", [str, lambda text: b64encode(text.encode()).decode(), lz64])
def test_data_in_the_url__under_any_content_type__is_read(text, encode):
    query = {"data": encode(text)} | ({"compression": "lz64"} if encode is lz64 else {})

    response = Client().get("/e/", query, headers={"Content-Type": FORM})

    assert response.status_code == 200, response.content
    assert [each.properties["name"] for each in Event.objects.all()] == [NAME]


@in_one_test("path", ALL_PATHS)
@pytest.mark.parametrize("length", ["20", ""], ids=["announced", "chunked"])
def test_body__client_goes_away__is_400_in_plain_text(db, path, length):
    environment = {"wsgi.input": Unreadable(), "wsgi.input_terminated": True}

    response = Client().generic(
        "POST", path, "{}", "application/json", CONTENT_LENGTH=length, **environment
    )

    assert_plain(response, 400)


def test_body__client_goes_away_from_a_usual_request__is_400_in_plain_text(db):
    usual = {"CONTENT_TYPE": "application/json", "wsgi.input": Unreadable()}

    answer = served("POST", "/flags/?v=2", b"{}", **usual)

    assert answer.status == 400
    assert answer.headers["Content-Type"].startswith("text/plain")


@in_one_test("path", ALL_PATHS)
def test_body__larger_than_any_may_be__is_413_in_plain_text(db, settings, path):
    size = 20 * 1024 * 1024 if "batch" in path else settings.MAX_BODY_BYTES

    response = Client().post(path, b" " * (size + 1), content_type="text/plain")

    assert_plain(response, 413)


@in_one_test("path", ALL_PATHS)
def test_form__larger_than_the_largest__is_413(db, path):
    response = Client().post(path, "data=" + "%" * (2 * 1024 * 1024), content_type=FORM)

    assert_plain(response, 413)


def test_body__of_more_values_than_are_read__is_413(db):
    response = Client().post("/batch/", "[" + "1," * 2_000_000 + "1]", content_type="text/plain")

    assert_plain(response, 413)


@in_one_test("path", ALL_PATHS)
def test_query__of_too_many_parameters__is_400_in_plain_text(db, path):
    response = Client().post(f"{path}&{'a=1&' * 2000}", b"{}", content_type="text/plain")

    assert_plain(response, 400)


def assert_plain(response, status):
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"].startswith("text/plain")
    assert response.content
