"""Events leave and come back as lines of JSON, whoever wrote them."""

import gzip
import io
import json
import stat

import pytest
from django.core.management import CommandError, call_command

from events.models import Event, MergedActor, Person
from tests.events.conftest import event
from tests.events.test_capture_extremes import nested

PROPERTIES = {"amount": 3, "text": "größer 漢字\n🦔", "deep": [{"a": None}]}


def run(*arguments):
    out = io.StringIO()
    call_command(*map(str, arguments), stdout=out)
    return out.getvalue().strip()


def rows(project):
    columns = ["key", "event", "actor", "distinct_id", "ts", "properties"]
    found = Event.objects.filter(project_id=project.pk).order_by("id")
    return [(bytes(key), *rest) for key, *rest in found.values_list(*columns)]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "events.ndjson"


@pytest.fixture
def exported(send, project, path):
    send(
        event(
            "buy", "ann", properties={"amount": 3, "text": "größer 漢字\n🦔", "deep": [{"a": None}]}
        ),
        event("buy", "a-1", timestamp="2020-02-03T04:05:06.789012Z"),
        event("$identify", "ann", properties={"$anon_distinct_id": "a-1", "$set": {"vip": True}}),
    )
    assert run("export_events", project.pk, path) == f"3 events are in {path}"
    return path


def test_export_events__stored_events__one_private_file_of_objects(exported):
    first, second, _third = [json.loads(line) for line in exported.read_text().splitlines()]

    assert first.keys() == {"uuid", "event", "distinct_id", "timestamp", "key", "properties"}
    assert first["properties"] == PROPERTIES
    assert second["timestamp"] == "2020-02-03T04:05:06.789012+00:00"
    assert stat.S_IMODE(exported.stat().st_mode) == 0o600


def test_export_events__many__in_order(send, project, path, monkeypatch):
    monkeypatch.setattr("events.stores.relational._READ_AT_ONCE", 2)
    send(*[event("buy", f"person-{number}") for number in range(5)])

    run("export_events", project.pk, path)

    ids = [json.loads(line)["distinct_id"] for line in path.read_text().splitlines()]
    assert ids == [f"person-{number}" for number in range(5)]


def test_import_events__exported__the_same_events_and_people(exported, project, foreign_project):
    printed = run("import_events", foreign_project.pk, exported)

    assert printed == "3 events imported, 0 were there already, 0 lines refused"
    assert rows(foreign_project) == rows(project)
    assert MergedActor.objects.filter(project_id=foreign_project.pk).count() == 1
    assert Person.objects.get(project_id=foreign_project.pk).properties == {"vip": True}
    foreign_project.refresh_from_db()
    assert foreign_project.ingested_event


def test_import_events__where_they_came_from__nothing_doubled(exported, project):
    printed = run("import_events", project.pk, exported)

    assert printed == "0 events imported, 3 were there already, 0 lines refused"


HOSTED = {
    "uuid": "0190d7a1-0000-7000-8000-000000000001",
    "event": "signup",
    "properties": {"plan": "pro"},
    "distinct_id": "ann",
    "team_id": 1,
    "timestamp": "2024-07-22 10:11:12.345000",
    "created_at": "2024-07-22 10:11:13.000000",
    "elements_chain": "",
    "person_id": "0190d7a1-0000-7000-8000-00000000000a",
}


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(HOSTED, id="object"),
        pytest.param(HOSTED | {"properties": '{"plan": "pro"}'}, id="properties_as_text"),
        pytest.param(HOSTED | {"timestamp": "2024-07-22T10:11:12.345Z"}, id="iso"),
        pytest.param({k: v for k, v in HOSTED.items() if k != "uuid"}, id="no_uuid"),
    ],
)
def test_import_events__hosted_export__stored_once(project, path, line):
    path.write_text(json.dumps(line) + "\n\n")

    run("import_events", project.pk, path)
    printed = run("import_events", project.pk, path)

    assert printed == "0 events imported, 1 were there already, 0 lines refused"
    [(_key, name, _actor, distinct_id, ts, properties)] = rows(project)
    assert (name, distinct_id, properties) == ("signup", "ann", {"plan": "pro"})
    assert ts == 1_721_643_072_345_000


HALF = '"properties": {"t": "\\ud83d"}'


@pytest.mark.parametrize(
    ("member", "read"),
    [
        pytest.param(HALF, {"t": "\ufffd"}, id="half_a_pair"),
        pytest.param(
            '"properties": "{\\"t\\": \\"\\\\ud83d\\"}"', {"t": "\ufffd"}, id="half_a_pair_in_text"
        ),
        pytest.param('"properties": {"t": NaN}', {"t": None}, id="nan"),
        pytest.param('"properties": {"t": -Infinity}', {"t": None}, id="infinity"),
    ],
)
def test_import_events__what_captures_accept__stored(project, path, member, read):
    path.write_text(f'{{"event": "a", "distinct_id": "b", {member}}}\n')

    run("import_events", project.pk, path)

    assert [properties for *_, properties in rows(project)] == [read]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_import_events__with_or_without_a_byte_order_mark__the_same_event(project, path, encoding):
    path.write_text('{"event": "a", "distinct_id": "b"}\n', encoding="utf-8")
    run("import_events", project.pk, path)
    path.write_text('{"event": "a", "distinct_id": "b"}\n', encoding=encoding)

    printed = run("import_events", project.pk, path)

    assert printed == "0 events imported, 1 were there already, 0 lines refused"


@pytest.mark.parametrize("member", ["$set", "$set_once", "$unset"])
def test_import_events__exported_as_deep_as_captures_go__imported(
    send, project, foreign_project, path, member
):
    deepest = next(
        levels
        for levels in range(100, 0, -1)
        if send(event(**{member: nested(levels)})).status_code == 200
    )
    run("export_events", project.pk, path)

    printed = run("import_events", foreign_project.pk, path)

    assert (deepest, printed) == (98, "1 events imported, 0 were there already, 0 lines refused")


def test_import_events__packed__unpacked(exported, foreign_project, tmp_path):
    packed = tmp_path / "events.ndjson.gz"
    packed.write_bytes(gzip.compress(exported.read_bytes()))

    printed = run("import_events", foreign_project.pk, packed)

    assert printed == "3 events imported, 0 were there already, 0 lines refused"


def test_import_events__some_lines_broken__others_stored(project, path, capsys):
    lines = ["{", "[]", '{"event": "a"}', json.dumps(HOSTED), '{"distinct_id": "a"}', '{"uuid": 3}']
    path.write_text("\n".join(lines))

    printed = run("import_events", project.pk, path)

    assert printed == "1 events imported, 0 were there already, 5 lines refused"
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "line 1: The line is not JSON."
    assert told[3] == "line 5: Every event needs a name in `event`."


def test_import_events__batches__all_stored(project, path, monkeypatch):
    monkeypatch.setattr("events.services.imports._BATCH", 2)
    numbered = [HOSTED | {"distinct_id": f"person-{number}"} for number in range(5)]
    path.write_text("\n".join(json.dumps(line) for line in numbered))

    printed = run("import_events", project.pk, path)

    assert printed == "5 events imported, 0 were there already, 0 lines refused"


@pytest.mark.parametrize("command", ["export_events", "import_events"])
def test_commands__unknown_project__refused(db, path, command):
    with pytest.raises(CommandError, match="no project 99"):
        run(command, 99, path)
    assert not path.exists()


def test_export_events__file_is_there__not_touched(project, path):
    path.write_text("precious")

    with pytest.raises(CommandError, match="exists"):
        run("export_events", project.pk, path)

    assert path.read_text() == "precious"


def test_import_events__no_file__refused(project, path):
    with pytest.raises(CommandError, match="could not be read"):
        run("import_events", project.pk, path)


def test_import_events__packed_badly__refused(project, tmp_path):
    packed = tmp_path / "events.ndjson.gz"
    packed.write_bytes(gzip.compress(b"x" * 1000)[:20])

    with pytest.raises(CommandError, match="could not be read"):
        run("import_events", project.pk, packed)


def test_export_events__time_before_the_first_year__written_as_the_first(send, project, path):
    send(event())
    # As earlier versions stored it.
    Event.objects.update(ts=-62_160_000_000_000_000)

    run("export_events", project.pk, path)

    assert json.loads(path.read_text())["timestamp"] == "0001-01-01T00:00:00+00:00"


@pytest.mark.parametrize(
    "member", ['"offset": 1e306', f'"properties": {{"a": {"[" * 500}{"]" * 500}}}']
)
def test_import_events__line_of_extremes__the_others_are_stored(project, path, member):
    strange = f'{{"event": "a", "distinct_id": "b", {member}}}'
    path.write_text(f'{strange}\n{{"event": "c", "distinct_id": "d"}}\n')

    run("import_events", project.pk, path)

    assert "c" in {each.event for each in Event.objects.all()}


def test_import_events__damaged_gzip__refused(project, tmp_path):
    packed = bytearray(gzip.compress(b'{"event": "a", "distinct_id": "b"}\n' * 1000))
    packed[20:30] = b"\xff" * 10
    path = tmp_path / "events.gz"
    path.write_bytes(packed)

    with pytest.raises(CommandError, match="could not be read"):
        run("import_events", project.pk, path)
