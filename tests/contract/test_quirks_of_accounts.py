from tests.assertions import assert_error
from tests.looping import in_one_test


@in_one_test("kind", ["application/x-www-form-urlencoded", "text/plain"])
def test_login_reads_json_only__what_a_foreign_page_can_send__refused(anonymous, db, kind):
    body = "email=ada@example.com&password=x"

    response = anonymous.post("/api/login", body, content_type=kind)

    assert_error(response, 415, "unsupported_media_type")


def test_preflight_says_what_is_here__services_that_are_not__false(anonymous, db):
    body = anonymous.get("/_preflight").json()

    assert {body[name] for name in ("redis", "celery", "kafka", "clickhouse")} == {False}
