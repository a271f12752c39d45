"""posthog-js, unmodified, in a browser on a page of another origin."""

import functools
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from tests.frontend.conftest import chromium, installed, playwright  # noqa: F401 - fixtures
from tests.sdks.conftest import PEOPLE
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

# The flags after what a function does; of those that are there already posthog-js tells at once.
AFTER = """() => new Promise((resolve) => {{
  let isFirst = true;
  posthog.onFeatureFlags((keys, values) => {{
    if (!isFirst) resolve(values);
    isFirst = false;
  }});
  {change};
}})"""


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


def after(page, change):
    return page.evaluate(AFTER.format(change=change))


def somebody(server, flag, value):
    """Return a person to whom a flag gives this value."""
    return next(each for each in PEOPLE if server.value(flag, each) == value)


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


def test_posthog_js__login__keeps_the_variant_of_a_lasting_flag(server, page):
    visitor = somebody(server, "lasting", "control")
    person = somebody(server, "lasting", "test")
    values = start(page, server, bootstrap={"distinctID": visitor})
    assert values["lasting"] == "control"
    values = after(page, f"posthog.identify('{person}')")
    assert values["lasting"] == "control"
    # Others are about the person who has logged in.
    assert values["checkout-redesign"] == server.value("checkout-redesign", person)


def test_posthog_js__group__decides_flags_of_groups(server, page):
    values = start(page, server, bootstrap={"distinctID": "user_1"})
    assert values.get("gold", False) is False
    values = after(page, "posthog.group('company', 'acme')")
    assert values["gold"] is True
    company = {"groups": {"company": "acme"}}
    assert values["by-company"] == server.value("by-company", "user_1", **company)


def test_posthog_js__person_in_a_holdout__gets_the_holdout_as_variant(server, page):
    values = start(page, server, bootstrap={"distinctID": somebody(server, "held", "holdout-7")})
    assert values["held"] == "holdout-7"
    assert page.evaluate("posthog.getFeatureFlag('held')") == "holdout-7"
