"""The documented nginx block and environment, run as they stand on the page."""

import json
import os
import re
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPSConnection
from pathlib import Path

import pytest

from bench.ports import free_port
from tests.frontend.servers import KEY, running_api

PAGE = (Path(__file__).parent.parent.parent / "docs/operations.md").read_text()
HOST = "experiments.example.com"
FAILURES = 30
MEBIBYTE = 1024 * 1024


def block(language: str, holding: str) -> str:
    """Return the block of the page in this language that holds this text."""
    blocks = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    [found] = [text for text in blocks if holding in text]
    return found


ENVIRONMENT = dict(
    line.split("=", 1) for line in block("sh", "BEHIND_TLS_PROXY").strip().splitlines()
)


class Proxy:
    """A running nginx, asked as a client on the internet asks."""

    def __init__(self, port: int) -> None:
        self.port = port

    def ask(self, method: str, path: str, body: object = None, **headers: str):
        context = ssl._create_unverified_context()  # noqa: S323 (a certificate of this test)
        connection = HTTPSConnection("127.0.0.1", self.port, context=context, timeout=60)
        text = body if isinstance(body, bytes) else json.dumps(body)
        sent = {"Host": HOST, "Content-Type": "application/json"} | headers
        with closing(connection):
            connection.request(method, path, text, sent)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), answer.headers


@pytest.fixture(scope="module")
def proxy(tmp_path_factory) -> Iterator[Proxy]:
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        pytest.skip("nginx is not installed: apt-get install nginx-light")
    folder = tmp_path_factory.mktemp("nginx")
    with running_api(folder, ENVIRONMENT) as api:
        port = free_port()
        configuration = folder / "nginx.conf"
        configuration.write_text(configured(folder, port=port, server=api.port))
        with subprocess.Popen(  # noqa: S603 (a command of ours)
            [nginx, "-p", str(folder), "-c", str(configuration)], stderr=subprocess.DEVNULL
        ) as process:
            try:
                yield wait_for(Proxy(port))
            finally:
                process.terminate()


def configured(folder: Path, *, port: int, server: int) -> str:
    certificate, key = make_certificate(folder)
    documented = block("nginx", "upstream experiments")
    assert "127.0.0.1:8000" in documented
    assert "listen 443 ssl;" in documented
    here = documented.replace("127.0.0.1:8000", f"127.0.0.1:{server}").replace(
        "listen 443 ssl;",
        f"listen 127.0.0.1:{port} ssl; ssl_certificate {certificate}; ssl_certificate_key {key};",
    )
    paths = "".join(
        f"{name}_temp_path {folder}/{name};"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    # Its workers must reach the folder, which is root's where root runs the tests.
    user = "user root; " if os.geteuid() == 0 else ""
    return (
        f"{user}daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}}\n"
        f"http {{ access_log off; {paths}\n{here}\n}}\n"
    )


def make_certificate(folder: Path) -> tuple[Path, Path]:
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    wanted = f"req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN={HOST}".split()
    subprocess.run(  # noqa: S603 (a command of ours)
        ["openssl", *wanted, "-out", str(certificate), "-keyout", str(key)],  # noqa: S607
        check=True,
        capture_output=True,
    )
    return certificate, key


def wait_for(proxy: Proxy) -> Proxy:
    for _ in range(100):
        try:
            if proxy.ask("GET", "/_readyz")[0] == 200:
                return proxy
        except OSError:
            pass
        time.sleep(0.2)
    pytest.fail("nginx does not answer.")


def test_nginx__client_names_another_address_each_time__locked_out(proxy):
    body = {"email": "owner@example.com", "password": "wrong"}

    answers = [
        proxy.ask(
            "POST",
            "/api/login/",
            body,
            **{
                "X-Forwarded-For": f"198.51.100.{number}, 203.0.113.{number}",
                "Origin": f"https://{HOST}",
            },
        )
        for number in range(FAILURES + 4)
    ]

    codes = [json.loads(text).get("code") for _status, text, _headers in answers]
    assert codes.count("too_many_failed_attempts") >= 4
    assert codes[-1] == "too_many_failed_attempts"


def test_nginx__client_claims_to_speak_over_plain_http__taken_at_nginx_word(proxy):
    status, _text, headers = proxy.ask("GET", "/api/login/", **{"X-Forwarded-Proto": "http"})

    # Not sent round in circles to the address it has asked already.
    assert status == 405
    assert "Location" not in headers
    assert headers["Strict-Transport-Security"]


def test_nginx__other_host__refused(proxy):
    assert proxy.ask("GET", "/api/projects/", Host="evil.example.com")[0] == 400


def test_nginx__links_in_answers__lead_to_the_public_name(proxy):

    auth = {"Authorization": f"Bearer {KEY}"}
    path = "/api/projects/@current/experiments/"
    for number in range(2):
        made = {"name": "Button", "feature_flag_key": f"button-{number}"}
        assert proxy.ask("POST", path, made, **auth)[0] == 201

    status, text, _headers = proxy.ask("GET", f"{path}?limit=1", **auth)

    assert status == 200
    assert json.loads(text)["next"].startswith(f"https://{HOST}/api/projects/")


def test_nginx__bodies_as_large_as_the_server_takes__let_through(proxy):
    batch = b'{"api_key": "none", "batch": [], "x": "' + b"x" * (19 * MEBIBYTE) + b'"}'
    large = b'{"name": "' + b"x" * (6 * MEBIBYTE) + b'"}'

    assert proxy.ask("POST", "/batch/", batch)[0] != 413
    assert "request_too_large" in proxy.ask("POST", "/api/login/", large)[1]
