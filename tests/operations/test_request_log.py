import json
import logging
from io import BytesIO

import pytest
from django.test import Client

from core.ops.logs import JSONFormatter, LineFormatter, WithRequestId, identified
from core.ops.request_log import template_of


@pytest.fixture
def holdouts(project):
    return f"/api/projects/{project.pk}/experiment_holdouts/"


@pytest.fixture
def lines(caplog):
    caplog.set_level(logging.DEBUG)
    return lambda: [record for record in caplog.records if record.name == "access"]


def formatted(formatter, record):
    WithRequestId().filter(record)
    return formatter.format(record)


def test_access_log__request__who_what_and_how_it_ended(client, holdouts, project, ada, lines):
    client.get(f"{holdouts}7/?search=private", headers={"X-Request-ID": "req-1"})

    [line] = lines()
    assert (line.method, line.route) == (
        "GET",
        "/api/projects/<project_id>/experiment_holdouts/<pk>/",
    )
    assert (line.status, line.project, line.user) == (404, project.pk, ada.pk)
    assert 0 < line.duration_ms < 60_000
    assert "private" not in line.getMessage()


@pytest.mark.parametrize(
    ("method", "path", "route", "status"),
    [
        pytest.param("get", "/nowhere/else", "unmatched", 404, id="no_route"),
        pytest.param("get", "/api/nowhere/", "/api", 404, id="no_endpoint"),
        pytest.param("get", "/api/schema/redoc/", "/api/schema/redoc/", 200, id="page"),
        pytest.param("get", "/admin/", "/admin/", 302, id="admin"),
    ],
)
def test_access_log__anonymous__no_names(db, lines, method, path, route, status):
    getattr(Client(), method)(path)

    [line] = lines()
    assert (line.route, line.status, line.user, line.project) == (route, status, None, None)


def test_access_log__session__its_user(session, holdouts, ada, lines):
    session.get(holdouts)

    assert lines()[0].user == ada.pk


def test_access_log__user_without_access__known_as_well(
    outsider, mallory, project, holdouts, lines
):
    assert outsider.get(holdouts).status_code == 403

    assert (lines()[0].user, lines()[0].project) == (mallory.pk, project.pk)


def test_access_log__body_of_unknown_length__known_as_well(client, ada, holdouts, project, lines):
    # What a server passes on for `Transfer-Encoding: chunked`.
    body = {"wsgi.input": BytesIO(b'{"name": "H"}'), "wsgi.input_terminated": True}

    response = client.generic("POST", holdouts, b"", "application/json", CONTENT_LENGTH="", **body)

    assert response.status_code == 201
    assert (lines()[0].project, lines()[0].user) == (project.pk, ada.pk)
    assert lines()[0].route == "/api/projects/<project_id>/experiment_holdouts/"


def test_access_log__invented_method__one_name_for_all(client, holdouts, lines):
    client.generic("BREW", holdouts)

    assert lines()[0].method == "OTHER"


@pytest.mark.parametrize("path", ["/_livez", "/_readyz", "/_health"])
def test_access_log__probe__only_for_the_curious(db, lines, path):
    Client().get(path)

    [line] = lines()
    assert (line.levelname, line.route) == ("DEBUG", path)


def test_access_log__switched_off__none(client, holdouts, lines, settings):
    settings.ACCESS_LOG = False

    client.get(holdouts)

    assert lines() == []


@pytest.mark.parametrize(
    "sent", ["7", "a" * 128, "0f4e1c2d-3a4b_X.9=", "01a20e9c8c4b7e329e88536411ec13eb"]
)
def test_request_id__well_formed__kept(client, holdouts, sent):
    response = client.get(holdouts, headers={"X-Request-ID": sent})

    assert response.headers["X-Request-ID"] == sent


@pytest.mark.parametrize("sent", ["", "a" * 129, "a b", "a\tb", "é", 'x"', "{}", "a,b"])
def test_request_id__anything_else__another_one(client, holdouts, sent):
    given = {
        client.get(holdouts, headers={"X-Request-ID": sent}).headers["X-Request-ID"]
        for _ in range(2)
    }

    assert sent not in given
    assert {len(each) for each in given} == {36}
    assert len(given) == 2


@pytest.mark.parametrize("path", ["/_livez", "/nowhere", "/api/nowhere/", "/static/none.css"])
def test_request_id__any_answer__has_one(db, path):
    assert Client().get(path).headers["X-Request-ID"]


def test_request_id__other_lines_of_the_request__carry_it(client, settings, holdouts, caplog):
    settings.ROOT_URLCONF = "tests.core.test_errors"
    client.raise_request_exception = False

    caplog.handler.addFilter(WithRequestId())
    client.get("/api/sample/", headers={"X-Request-ID": "req-2"})

    assert {record.name for record in caplog.records} == {"core.http.exception_handler", "access"}
    assert {record.request_id for record in caplog.records} == {"req-2"}


def test_formats__line_of_a_request__text_and_json(client, holdouts, lines):
    client.get(holdouts)
    [line] = lines()

    with identified("req-3"):
        text = formatted(LineFormatter("%(levelname)s [%(request_id)s] %(message)s"), line)
        document = json.loads(formatted(JSONFormatter("%(levelname)s %(request_id)s"), line))

    assert text.startswith("INFO [req-3] GET /api/projects/<project_id>/experiment_holdouts/ 200 ")
    assert document["request_id"] == "req-3"
    assert (document["status"], document["method"]) == (200, "GET")


@pytest.mark.parametrize("formatter", [LineFormatter("%(message)s"), JSONFormatter("%(message)s")])
def test_formats__secret_in_a_line__only_its_beginning(formatter):
    record = logging.makeLogRecord(
        {"msg": "key %s, hook %s", "args": ("phx_abcDEF123", "whsec_xyz9")}
    )

    line = formatted(formatter, record)

    assert "key phx_***, hook whsec_***" in line


@pytest.mark.parametrize(
    ("route", "template"),
    [
        (
            r"api/projects/<str:project_id>/^experiments/(?P<pk>[^/.]+)/launch/?$",
            "/api/projects/<project_id>/experiments/<pk>/launch/",
        ),
        (
            r"api/projects/<str:project_id>/^experiments\.(?P<format>[a-z0-9]+)/?$",
            "/api/projects/<project_id>/experiments",
        ),
        ("^_health/?$", "/_health/"),
    ],
)
def test_template_of__route__readable(route, template):
    assert template_of(route) == template
