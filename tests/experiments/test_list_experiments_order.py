from datetime import UTC, datetime, timedelta

import pytest

from experiments.models import Experiment
from feature_flags.models import FeatureFlag
from tests.assertions import assert_invalid
from tests.experiments.paths import collection
from tests.factories import make_experiment
from tests.looping import in_one_test

FIELDS = ["created_at", "updated_at", "name", "start_date", "end_date", "duration", "status"]
NOW = datetime(2026, 6, 30, tzinfo=UTC)


def day(number: int) -> datetime:
    return datetime(2026, 6, number, tzinfo=UTC)


# Names are in another order than ids, and every column has an order of its own.
ROWS = {
    "b draft": {"created_at": day(4), "updated_at": day(9)},
    "d long": {"created_at": day(3), "updated_at": day(8), "start_date": day(1)},
    "a short": {
        "created_at": day(2),
        "updated_at": day(5),
        "start_date": day(20),
        "end_date": day(21),
    },
    "c middle": {
        "created_at": day(1),
        "updated_at": day(7),
        "start_date": day(2),
        "end_date": day(10),
    },
}


@pytest.fixture
def rows(project, ada, time_machine):
    for name, values in ROWS.items():
        experiment = make_experiment(project, ada, name=name)
        for field, value in values.items():
            setattr(experiment, field, value)
        experiment.refresh_status()
        experiment.save()
    time_machine.move_to(NOW, tick=False)


def test_list_order__none_asked_for__newest_first(client, project, rows):
    response = client.get(collection(project))

    assert response.status_code == 200
    assert _names(response) == ["b draft", "d long", "a short", "c middle"]
    assert response.json()["count"] == len(ROWS)


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("created_at", ["c middle", "a short", "d long", "b draft"]),
        ("updated_at", ["a short", "c middle", "d long", "b draft"]),
        ("name", ["a short", "b draft", "c middle", "d long"]),
        ("start_date", ["d long", "c middle", "a short", "b draft"]),
        # Without an end: the draft and the running one, by id.
        ("end_date", ["c middle", "a short", "b draft", "d long"]),
        # A running one lasts until now; a draft has no duration.
        ("duration", ["a short", "c middle", "d long", "b draft"]),
        ("status", ["b draft", "d long", "a short", "c middle"]),
    ],
)
def test_list_order__field__ascending_and_the_reverse_descending(
    client, project, rows, order, names
):
    ascending = client.get(collection(project), {"order": order})
    descending = client.get(collection(project), {"order": f"-{order}"})

    assert _names(ascending) == names
    assert _names(descending) == names[::-1]


@pytest.mark.parametrize("order", FIELDS)
def test_list_order__all_equal__by_id(client, project, ada, order):
    ids = [make_experiment(project, ada).pk for _ in range(4)]
    Experiment.objects.update(created_at=NOW, updated_at=NOW)

    ascending = client.get(collection(project), {"order": order})
    descending = client.get(collection(project), {"order": f"-{order}"})

    assert _ids(ascending) == ids
    assert _ids(descending) == ids[::-1]


@pytest.mark.parametrize("order", ["start_date", "-start_date", "duration", "-status"])
def test_list_order__page_by_page__nothing_twice(client, project, rows, order):
    whole = _names(client.get(collection(project), {"order": order}))

    pages = [
        client.get(collection(project), {"order": order, "limit": 1, "offset": offset})
        for offset in range(len(ROWS))
    ]

    assert [name for page in pages for name in _names(page)] == whole


def test_list_order__running_longer_than_the_others__moves_up(client, project, rows, time_machine):
    time_machine.move_to(day(1) + timedelta(hours=1), tick=False)

    response = client.get(collection(project), {"order": "duration"})

    assert _names(response)[0] == "d long"


def test_list_order__paused__among_the_running(client, project, rows):
    FeatureFlag.objects.update(active=False)

    response = client.get(collection(project), {"order": "status"})

    assert _names(response)[1] == "d long"


@pytest.mark.parametrize("order", ["", None], ids=["empty", "absent"])
def test_list_order__not_said__newest_first(client, project, rows, order):
    response = client.get(collection(project), {} if order is None else {"order": order})

    assert _names(response)[0] == "b draft"


@in_one_test(
    "order",
    [
        "feature_flag__key",
        "created_by",
        "id",
        "-id",
        "--name",
        "+name",
        "NAME",
        "name,status",
        "?",
        "name ",
        "-",
        "pk",
    ],
)
def test_list_order__unknown__refused(client, project, rows, order):
    response = client.get(collection(project), {"order": order})

    assert_invalid(response, None)


def test_list_order__other_parameter_name__ignored(client, project, rows):
    response = client.get(collection(project), {"ordering": "bogus"})

    assert _names(response)[0] == "b draft"


def _names(response) -> list[str]:
    return [experiment["name"] for experiment in response.json()["results"]]


def _ids(response) -> list[int]:
    return [experiment["id"] for experiment in response.json()["results"]]
