"""Filters as SQL say of stored properties what the predicates say, for random ones of each."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.clickhouse import client
from events.clickhouse.conditions import condition
from events.clickhouse.properties import arrays_of
from property_filters import UnreadableFilter, compile_filters
from property_filters.compilation import OPERATORS

NOW = 1_774_400_461.5
POOL = [
        "", "a", "A", "ab", "Ab c", "ÄÖ", "äö", "ß", "İ", "ΑΣ", "K", "k", "a.b", "a\nb", "50%",
        "x'y", "\\", "true", "True", "null", "[1,2]", "1", "1.0", "10", "-1", "1e3", " 1 ", "1_0",
        "nan", "inf", "-inf", "0x1", "9" * 400, "1.2.3", "v1.2", "1.2.3-beta.2", "1.2.3-beta.10",
        "1.2.3-1", "1.3.0", "2.0.0-rc.1+b5", "01.2.3", "1.2.*", "1.*", "1..2", "1.2.3.4", "0.2.9",
        "0.0.3", "2026-03-25", "2026-03-25T01:01:01.5Z", "2026-03-25t01:01:01+05:30", "2026-02-30",
        "0001-01-01", "9999-12-31", "2026-03-24 25:00", "-7d", "3m", "13m", "1y", "2000y", "2026y",
        "9999h", "9w", "7D", "a" * 9000, "ä" * 8192 + "b", "(", "^a", "b$", "(?i)AB", "\\Qa",
        "a|b", "[a-c]+", ".", "00000000-0000-0000-0000-000000000000",
        True, False, None, [], {}, [1, 2], ["a", "AB"], [0, 1.5], [-1, "1e3"], {"a": None},
        ["true", [True]], [True, False], "[true]",
        {"b": 1, "a": {"d": 1, "c": 2}}, {"a": {"c": 2, "d": 1}, "b": 1}, '{"a":{"c":2',
        0, 1, 10, -1,
        0.5, 1.5, -0.0, 1e16, 1e-7, 1774400461.5, 1774400461.0000005, 2**53, 10**19, 10**400,
        253402300800, -62135596800, 1.1, 1774310461,
]  # fmt: skip
SCALARS = st.one_of(
    st.text(max_size=5), st.integers(), st.floats(allow_nan=False, allow_infinity=False)
)
VALUES = st.one_of(st.sampled_from(POOL), SCALARS, st.lists(SCALARS, max_size=2))
FILTERS = st.fixed_dictionaries(
    {"key": st.just("p"), "operator": st.sampled_from(sorted(OPERATORS)), "value": VALUES}
)
MISSING = {"it's": "p"}


def answers(filters, documents):
    """Return for each filter which of the documents meet it."""
    client.command("TRUNCATE TABLE persons")
    client.insert(
        "persons",
        [
            {"project_id": 1, "person": number, **arrays_of(properties), "version": 1}
            for number, properties in enumerate(documents)
        ],
    )
    now = round(NOW * 1_000_000)
    found = " UNION ALL ".join(
        f"SELECT {place}, person, if({condition(wanted, alias='p', now=now)}, 1, 0)"
        " FROM persons AS p"
        for place, wanted in enumerate(filters)
    )
    return {(place, person): met for place, person, met in client.rows(found)}


def expected(filters, documents):
    return {
        (place, person): int(_predicate(wanted)(properties))
        for place, wanted in enumerate(filters)
        for person, properties in enumerate(documents)
    }


def _predicate(wanted):
    try:
        return compile_filters(wanted, clock=lambda: NOW)
    except UnreadableFilter:
        return lambda _: False


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.lists(FILTERS, min_size=1, max_size=2), min_size=10, max_size=10),
    st.lists(VALUES, max_size=20),
)
def test_conditions__random_filters_and_properties__as_the_predicates(filters, values):
    documents = [MISSING, {}, *({"q": 1, "p": value} for value in [*POOL, *values])]
    found, wanted = answers(filters, documents), expected(filters, documents)

    wrong = [key for key in wanted if found[key] != wanted[key]]
    assert [(filters[place], documents[person]) for place, person in wrong] == []


def test_conditions__classes_of_characters__as_the_predicates():
    patterns = [r"^\w+$", r"[^\W_]", r"\s", r"[\d-]", r"\D", r"^[\w.-]+\S$", r"[\s\S]", r"\w{40}"]
    filters = [[{"key": "p", "operator": "regex", "value": pattern}] for pattern in patterns]
    documents = [{"p": value} for value in ["Zoë", "٣", "a\u2003b", "_", "a\nb", "é" * 50, ""]]
    assert answers(filters, documents) == expected(filters, documents)


def test_conditions__empty_list__as_the_predicates():
    filters = [[{"key": "p", "operator": name, "value": []}] for name in ("exact", "is_not")]
    documents = [MISSING, *({"p": value} for value in POOL)]
    assert answers(filters, documents) == expected(filters, documents)
