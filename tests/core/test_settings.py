import pytest
from django.core.exceptions import ImproperlyConfigured

from experiments_api import env
from tests.core.variables import put
from tests.looping import in_one_test


@pytest.mark.parametrize(
    ("value", "read"),
    [
        pytest.param(None, "fallback", id="unset"),
        pytest.param("", "fallback", id="empty"),
        pytest.param("x", "x", id="set"),
    ],
)
def test_text__variable__itself_or_the_default(monkeypatch, value, read):
    put(monkeypatch, value)

    assert env.text("SAMPLE", "fallback") == read


@pytest.mark.parametrize("default", [True, False])
@pytest.mark.parametrize(
    ("value", "read"),
    [
        *[("1", True), ("TRUE", True), ("yes", True), ("on", True)],
        *[("0", False), ("False", False), ("no", False), ("off", False)],
    ],
)
def test_flag__variable__yes_or_no(monkeypatch, value, read, default):
    put(monkeypatch, value)

    assert env.flag("SAMPLE", default=default) is read


@pytest.mark.parametrize("default", [True, False])
@pytest.mark.parametrize("value", [None, ""])
def test_flag__unset_or_empty__the_default(monkeypatch, value, default):
    put(monkeypatch, value)

    assert env.flag("SAMPLE", default=default) is default


@pytest.mark.parametrize("value", ["maybe", "2", "tru", " "])
def test_flag__neither__refused_naming_it(monkeypatch, value):
    put(monkeypatch, value)

    with pytest.raises(ImproperlyConfigured, match="SAMPLE must be true or false"):
        env.flag("SAMPLE", default=False)


@pytest.mark.parametrize(("value", "read"), [(None, 7), ("", 7), ("12", 12), (" 12 ", 12)])
def test_number__variable__itself_or_the_default(monkeypatch, value, read):
    put(monkeypatch, value)

    assert env.number("SAMPLE", 7) == read


@pytest.mark.parametrize("value", ["many", "1.5", "5MB", "9" * 5000])
def test_number__not_one__refused_naming_it(monkeypatch, value):
    put(monkeypatch, value)

    with pytest.raises(ImproperlyConfigured, match="SAMPLE must be a whole number"):
        env.number("SAMPLE", 7)


@pytest.mark.parametrize(("value", "least"), [("-1", 0), ("0", 1)])
def test_number__too_small__refused_naming_it(monkeypatch, value, least):
    put(monkeypatch, value)

    with pytest.raises(ImproperlyConfigured, match=f"SAMPLE must be at least {least}"):
        env.number("SAMPLE", 7, least=least)


@pytest.mark.parametrize(
    ("value", "read"),
    [(None, ["a", "b"]), ("", ["a", "b"]), ("c", ["c"]), (" c , ,d,", ["c", "d"]), (",", [])],
)
def test_names__variable__list_or_the_default(monkeypatch, value, read):
    put(monkeypatch, value)

    assert env.names("SAMPLE", "a,b") == read


@pytest.mark.parametrize(
    ("value", "read"), [(None, []), ("", []), ("1", [1]), (" 2, 34,", [2, 34])]
)
def test_numbers__variable__list(monkeypatch, value, read):
    put(monkeypatch, value)

    assert env.numbers("SAMPLE") == read


@pytest.mark.parametrize("value", ["shop", "1;2", "1,1.5", "1 2"])
def test_numbers__not_numbers__refused_naming_it(monkeypatch, value):
    put(monkeypatch, value)

    with pytest.raises(ImproperlyConfigured, match="SAMPLE must be whole numbers"):
        env.numbers("SAMPLE")


@pytest.mark.parametrize(
    ("value", "read"),
    [
        *[(None, "480/minute"), ("", "480/minute")],
        *[(same, same) for same in ("1/second", "20/minute", "4800/hour", "999999999/day")],
    ],
)
def test_rate__variable__itself_or_the_default(monkeypatch, value, read):
    put(monkeypatch, value)

    assert env.rate("SAMPLE", "480/minute") == read


@pytest.mark.parametrize(
    "value", ["480", "0/minute", "-1/hour", "many/day", "5/month", "5/min ute"]
)
def test_rate__not_one__refused_naming_it(monkeypatch, value):
    put(monkeypatch, value)

    with pytest.raises(ImproperlyConfigured, match="SAMPLE must be like 480/minute"):
        env.rate("SAMPLE", "480/minute")


@pytest.mark.parametrize(
    ("value", "backend"),
    [
        *[(None, "LocMemCache"), ("", "LocMemCache"), ("memory:", "LocMemCache")],
        ("database:", "DatabaseCache"),
        *[(f"{scheme}://:p@host:6379/1", "RedisCache") for scheme in ("redis", "rediss")],
        ("unix:///run/redis.sock?db=1", "RedisCache"),
    ],
)
def test_cache__variable__backend(monkeypatch, value, backend):
    put(monkeypatch, value)

    assert env.cache("SAMPLE")["BACKEND"].endswith(f".{backend}")


@pytest.mark.parametrize(
    "value",
    ["memcached://host:secret", "redis", "database", "dummy:", "redis://host:secret/0"],
)
def test_cache__something_else__refused_without_repeating_it(monkeypatch, value):
    put(monkeypatch, value)

    with pytest.raises(ImproperlyConfigured, match="SAMPLE must be memory:") as refusal:
        env.cache("SAMPLE")

    assert f"not {value}" not in str(refusal.value)
    assert "secret" not in str(refusal.value)


def test_settings__secret_missing__does_not_start(settings_with):
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY"):
        settings_with(SECRET_KEY="")


def test_settings__nothing_set__safe_defaults(settings_with):
    values = settings_with()

    assert values["DEBUG"] is False
    assert values["MAX_BODY_BYTES"] == 5 * 1024 * 1024
    # Batches of events; the middleware holds all other bodies to the limit above.
    assert values["DATA_UPLOAD_MAX_MEMORY_SIZE"] == 20 * 1024 * 1024
    assert "*" not in values["ALLOWED_HOSTS"]
    assert values["CORS_ALLOW_ALL_ORIGINS"]
    assert not values["CORS_ALLOW_CREDENTIALS"]
    assert values["SECURE_PROXY_SSL_HEADER"] is None
    assert values["RATE_LIMIT_ENABLED"] is False
    assert values["RATE_LIMITS"] == {"burst": "480/minute", "sustained": "4800/hour"}
    assert values["REST_FRAMEWORK"]["NUM_PROXIES"] == 0
    assert values["DATABASES"]["default"]["ENGINE"] == "core.db.sqlite"


def test_settings__origins_named__only_they_with_credentials(settings_with):
    values = settings_with(CORS_ALLOWED_ORIGINS="https://a.example.com, https://b.example.com")

    assert not values["CORS_ALLOW_ALL_ORIGINS"]
    assert values["CORS_ALLOWED_ORIGINS"] == ["https://a.example.com", "https://b.example.com"]
    assert values["CORS_ALLOW_CREDENTIALS"]


def test_settings__origins_named__may_write_as_well(settings_with):
    values = settings_with(
        CORS_ALLOWED_ORIGINS="https://a.example.com", CSRF_TRUSTED_ORIGINS="https://b.example.com"
    )

    assert values["CSRF_TRUSTED_ORIGINS"] == ["https://b.example.com", "https://a.example.com"]


def test_settings__all_origins_of_a_domain__trusted(settings_with):
    values = settings_with(CSRF_TRUSTED_ORIGINS="https://*.example.com")

    assert values["CSRF_TRUSTED_ORIGINS"] == ["https://*.example.com"]


@pytest.mark.parametrize(
    ("crosses", "secure", "expected"),
    [("", "", ("Lax", False)), ("", "yes", ("Lax", True)), ("yes", "", ("None", True))],
)
def test_settings__cookies__cross_sites_over_tls_only(settings_with, crosses, secure, expected):
    values = settings_with(CROSS_SITE_COOKIES=crosses, SECURE_COOKIES=secure)

    for cookie in ("SESSION_COOKIE", "CSRF_COOKIE"):
        assert (values[f"{cookie}_SAMESITE"], values[f"{cookie}_SECURE"]) == expected


@pytest.mark.parametrize("url", ["postgres://u:p@db:5433/n", "postgresql://u:p@db:5433/n"])
def test_settings__postgres_url__every_wait_has_an_end(settings_with, url):
    database = settings_with(DATABASE_URL=url, DATABASE_STATEMENT_SECONDS="9")["DATABASES"][
        "default"
    ]

    assert database["ENGINE"] == "core.db.postgresql"
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("db", 5433, "n")
    assert database["OPTIONS"]["options"] == (
        "-c jit=off"
        " -c statement_timeout=9s -c lock_timeout=5s -c idle_in_transaction_session_timeout=18s"
    )
    assert database["OPTIONS"]["answer_limit"] == 14
    assert database["CONN_HEALTH_CHECKS"] is True
    assert database["ATOMIC_REQUESTS"] is False
    assert database["DISABLE_SERVER_SIDE_CURSORS"] is True


@in_one_test(("text", "expected"), [("true", True), ("false", False), ("", None)])
def test_settings__prepared_statements__as_told_or_not_at_all(settings_with, text, expected):
    values = settings_with(DATABASE_URL="postgres://db/n", DATABASE_PREPARED_STATEMENTS=text)

    assert values["DATABASES"]["default"]["OPTIONS"]["keeps_plans"] is expected


def test_settings__options_in_the_url__kept_and_last(settings_with):
    url = "postgres://u@db/n?options=-c%20lock_timeout=1s&connect_timeout=9&sslmode=require"
    options = settings_with(DATABASE_URL=url)["DATABASES"]["default"]["OPTIONS"]

    assert options["options"].endswith("session_timeout=30s -c lock_timeout=1s")
    assert (options["connect_timeout"], options["sslmode"]) == (9, "require")


@pytest.mark.parametrize(
    ("name", "value"),
    [("DEBUG", "perhaps"), ("MAX_BODY_BYTES", "5MB"), ("SECURE_COOKIES", "x")],
)
def test_settings__variable_unreadable__does_not_start(settings_with, name, value):
    with pytest.raises(ImproperlyConfigured, match=name):
        settings_with(**{name: value})
