"""GET experiments/:id/results/?format=…: everything at once as CSV and as Markdown."""

import csv

import pytest

from tests.results import test_overview_verdict as of_verdicts
from tests.results.conftest import metric, purchases, wire_event
from tests.results.mini_data import Seen
from tests.results.test_criteria import save

url, visitors = of_verdicts.url, of_verdicts.visitors
pytestmark = pytest.mark.usefixtures("visitors")


@pytest.fixture
def read(client, url):
    return lambda form: client.get(f"{url}results/", {"format": form}).content.decode()


@pytest.fixture
def rows(read):
    """The rows of a section of the CSV, by its columns."""

    def of(section):
        found = csv.DictReader(read("csv").splitlines(), strict=True)
        return [row for row in found if row["section"] == section]

    return of


@pytest.fixture
def lopsided(capture):
    """Expose many more people to control."""
    capture(wire_event(Seen(f"more{n}", 1500, "exposure", "control")) for n in range(100))


def test_csv__every_row__as_wide_as_the_first(read):
    lines = list(csv.reader(read("csv").splitlines()))

    assert {len(line) for line in lines} == {13}


def test_csv__verdict__its_headline_and_variant(rows):
    [row] = rows("verdict")

    assert row["note"] == "ship: Ready: test is better on Buys"
    assert row["variant"] == "test"


def test_csv__reasons__each_a_row_with_its_metric(rows):
    first, *_ = rows("reason")

    assert (first["metric"], first["variant"]) == ("Buys", "test")
    assert first["note"].startswith("test is better on Buys (+50.0 %")


def test_csv__exposures__people_of_each_variant(rows):
    assert [(row["variant"], row["people"]) for row in rows("exposures")] == [
        ("control", "150"),
        ("test", "150"),
    ]


@pytest.mark.usefixtures("lopsided")
def test_csv__split_is_off__said(rows):
    [row, _] = rows("exposures")

    assert float(row["p-value"]) < 0.001
    assert row["note"] == "expected 200"
    assert rows("verdict")[0]["note"].startswith("do not trust")


@pytest.mark.parametrize("unit", ["relative", "absolute"])
def test_csv__differences__with_their_unit(rows, unvisited, unit):
    save(unvisited, stats_config={"bayesian": {"difference_type": unit.upper()}})

    assert [row["unit"] for row in rows("primary")] == ["", unit]


@pytest.mark.parametrize("unit", ["RELATIVE", "ABSOLUTE"])
def test_json__differences__with_their_unit(client, url, unvisited, unit):
    save(unvisited, stats_config={"bayesian": {"difference_type": unit}})

    assert client.get(f"{url}results/").json()["difference_type"] == unit


def test_markdown__verdict_and_reasons__above_the_table(read):
    headline, _, reason, *_ = read("markdown").splitlines()

    assert headline == "**Ready: test is better on Buys** (ship)"
    assert reason.startswith("- test is better on Buys (+50.0 %")


@pytest.mark.usefixtures("lopsided")
def test_markdown__exposures__above_the_table(read):
    [line] = [each for each in read("markdown").splitlines() if each.startswith("Exposed")]

    assert line.startswith("Exposed: control 250, test 150. Expected: control 200, test 200 (p = ")


def test_markdown__differences__with_their_unit(read):
    assert "| relative |" in read("markdown")


def test_markdown__name_on_two_lines__one_row(read, unvisited):
    save(unvisited, metrics=[metric(source=purchases(), name="Our\rsales")])

    assert "| primary | Our sales | control |" in read("markdown")


@pytest.mark.parametrize("form", ["csv", "markdown"])
def test_options__of_a_table__answered(client, url, form):
    assert client.options(f"{url}results/?format={form}").status_code == 200
