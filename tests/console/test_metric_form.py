"""A metric in the fields of its form: what is changed there, and nothing else."""

import pytest

EVENT = {"kind": "EventsNode", "event": "buy"}
ANY = {"kind": "EventsNode", "name": "All events"}


def metric(metric_type, **more):
    return {"kind": "ExperimentMetric", "metric_type": metric_type, "name": "Before"} | more


FUNNEL = metric("funnel", series=[ANY, EVENT])
MEAN = metric("mean", source={"event": "buy", "math": "total"}, upper_bound_percentile=0.641)
RETENTION = metric(
    "retention",
    start_event=EVENT,
    completion_event=ANY,
    retention_window_start=7,
    retention_window_end=7,
    retention_window_unit="day",
    start_handling="first_seen",
)


@pytest.fixture
def changed(run):
    """Change fields of a metric and return its document."""

    def one(old, **fields):
        form = run("metric_form", "formOf", old) | fields
        return run("metric_form", "metricFrom", form, old)

    return one


@pytest.fixture
def missing(run):
    def one(old, **fields):
        return run("metric_form", "missingIn", run("metric_form", "formOf", old) | fields)

    return one


@pytest.mark.parametrize(
    "old",
    [
        FUNNEL,
        MEAN,
        RETENTION,
        FUNNEL | {"conversion_window": 0, "conversion_window_unit": "day"},
        metric("mean", source={"id": 4, "name": "Bought"}),
        metric("ratio", numerator=ANY, denominator=EVENT, goal=None),
    ],
)
def test_metric__renamed__is_otherwise_what_it_was(changed, old):
    assert changed(old, name="After") == old | {"name": "After"}


def test_metric__another_event__its_own_source_otherwise_kept(changed):
    source = MEAN["source"] | {"event": "view"}

    assert changed(MEAN, source=source) == MEAN | {"source": source}


def test_funnel__one_step_changed__the_others_are_kept(changed):
    steps = [ANY | {"event": None}, EVENT | {"event": "view"}]

    assert changed(FUNNEL, steps=steps)["series"] == [ANY, steps[1]]


def test_funnel__step_without_a_name__left_out(changed):
    steps = [ANY | {"event": None}, EVENT, {}]

    assert len(changed(FUNNEL, steps=steps)["series"]) == 2


def test_cap__typed__exactly_that(changed):
    old = metric("mean", source=EVENT)

    assert changed(old, cap="64.1")["upper_bound_percentile"] == 0.641


def test_cap__taken_away__gone(changed):
    assert "upper_bound_percentile" not in changed(MEAN, cap="")


def test_mean__of_any_event__nothing_is_missing(missing):
    assert missing(metric("mean", source=ANY)) == ""


def test_mean__new_and_looked_at_as_json__event_is_still_missing(run, missing):
    document = run("metric_form", "metricFrom", run("metric_form", "formOf", None))

    assert missing(document) == "Name the event to count."


@pytest.mark.parametrize(
    ("until", "text"), [(7, ""), (6, "The window must not end before it starts.")]
)
def test_retention__window__may_be_one_day(missing, until, text):
    assert missing(RETENTION, until=until) == text


def test_retention__on_one_day__said_as_one(run):
    assert run("metric_text", "metricText", RETENTION).endswith(", day 7")


def test_source__action_without_a_kind__is_no_event(run):
    assert run("metric_text", "sourceText", {"id": 4}) == "action 4"
