"""ClickHouse's engine behind its HTTP interface: chDB, for tests on machines without a server.

It runs in an environment of its own: `python chdb_server.py PORT`. One statement at a time; nothing
is acknowledged before it is stored, since every insert is synchronous here.
"""

import gzip
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from chdb.session import Session

_ENGINE, _LOCK = Session(), threading.Lock()
# What the interface reads itself; every other parameter is a setting of the statement.
_NO_SETTINGS = {"query", "database", "session_id", "query_id", "default_format", "compress"}
_IGNORED = {
    "async_insert", "wait_for_async_insert", "wait_end_of_query", "buffer_size",
    "client_protocol_version", "enable_http_compression", "http_headers_progress_interval_ms",
    "send_progress_in_http_headers",
}  # fmt: skip
_FORMAT = re.compile(r"\bFORMAT\s+(\w+)\s*;?\s*\Z", re.IGNORECASE)
_CODE = re.compile(r"Code: (\d+)")


# The settings that the engine has now, and under no name its database.
_NOW: dict[str, str] = {}


def _set(name: str, value: str) -> None:
    if _NOW.get(name) != value:
        _ENGINE.query(f"SET {name} = '{value}'" if name else f"USE {value}")
        _NOW[name] = value


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        parameters = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        text = body.decode()
        if "query" in parameters:
            text = f"{parameters['query']}\n{text}"
        self.answer(text, parameters)

    def do_GET(self) -> None:
        self.answer("SELECT 1", {})

    def answer(self, sql: str, parameters: dict[str, str]) -> None:
        found = _FORMAT.search(sql)
        fmt = parameters.get("default_format", "TabSeparated")
        if found and not sql.lstrip().upper().startswith("INSERT"):
            sql, fmt = sql[: found.start()], found[1]
        try:
            with _LOCK:
                content = self.run(sql, fmt, parameters)
        except Exception as error:  # noqa: BLE001
            self.refuse(str(error))
            return
        self.send_response(200)
        self.send_header("X-ClickHouse-Format", fmt)
        self.send_header("X-ClickHouse-Timezone", "UTC")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def run(self, sql: str, fmt: str, parameters: dict[str, str]) -> bytes:
        _set("", parameters.get("database") or "default")
        settings = {n: v for n, v in parameters.items() if n not in _NO_SETTINGS | _IGNORED}
        for name in _NOW.keys() - settings.keys() - {""}:
            _ENGINE.query(f"SET {name} = DEFAULT")
            del _NOW[name]
        for name, value in settings.items():
            _set(name, value)
        return _ENGINE.query(sql, fmt).bytes()

    def refuse(self, message: str) -> None:
        content = message.encode()
        code = _CODE.search(message)
        self.send_response(500)
        self.send_header("X-ClickHouse-Exception-Code", code[1] if code else "1")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
