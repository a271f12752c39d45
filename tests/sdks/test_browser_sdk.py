"""posthog-js, unmodified, in a browser on a page of another origin."""

import functools
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from tests.frontend.conftest import chromium, installed, playwright  # noqa: F401 - fixtures
from tests.sdks.installed import node_package

PAGE = b"""<!doctype html><title>A shop</title><script type="module">
import posthog from "/module.full.no-external.js";
window.posthog = posthog;
</script>"""
START = """([token, host, options]) => new Promise((resolve) => {
  posthog.init(token, {api_host: host, autocapture: false, request_batching: false,
                       opt_out_useragent_filter: true, ...options});
  posthog.onFeatureFlags((keys, values) => resolve(values));
})"""


class _Handler(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def do_GET(self):
        if self.path != "/":
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(PAGE)


@pytest.fixture(scope="module")
def site():
    folder = node_package("posthog-js", "latest") / "dist"
    handler = functools.partial(_Handler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as site:
        Thread(target=site.serve_forever, daemon=True).start()
        yield f"http://localhost:{site.server_port}/"
        site.shutdown()


@pytest.fixture
def page(chromium, site):  # noqa: F811 - the fixture
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(site)
        page.wait_for_function("window.posthog !== undefined")
        yield page


def start(page, server, **options):
    return page.evaluate(START, [server.token, server.host, options])


def test_posthog_js__visitor__gets_what_the_server_decides(server, page):
    values = start(page, server, bootstrap={"distinctID": "user_1"})
    assert values["checkout-redesign"] == "control"
    assert page.evaluate("posthog.getFeatureFlag('checkout-redesign')") == "control"
    assert page.evaluate("posthog.getFeatureFlagPayload('checkout-redesign')") == {"color": "blue"}


def test_posthog_js__exposure__arrives_as_an_event(server, page):
    start(page, server, bootstrap={"distinctID": "seen in a browser"})
    value = page.evaluate("posthog.getFeatureFlag('checkout-redesign')")
    exposures = server.events("$feature_flag_called", distinct_id="seen in a browser")
    assert [each["$feature_flag_response"] for each in exposures] == [value]
    assert exposures[0]["$feature/checkout-redesign"] == value


def test_posthog_js__bootstrapped_flags__are_there_at_once(server, page):
    script = """([token, host]) => {
      const bootstrap = {featureFlags: {"checkout-redesign": "test"}};
      posthog.init(token, {api_host: host, bootstrap});
      return posthog.getFeatureFlag("checkout-redesign");
    }"""
    assert page.evaluate(script, [server.token, server.host]) == "test"


def test_posthog_js__override__wins(server, page):
    start(page, server, bootstrap={"distinctID": "user_1"})
    script = """() => {
      posthog.featureFlags.overrideFeatureFlags({flags: {"checkout-redesign": "test"}});
      return posthog.getFeatureFlag("checkout-redesign");
    }"""
    assert page.evaluate(script) == "test"
