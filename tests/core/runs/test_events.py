import json

from core.runs.events import EventKind, EventWriter, read_events


def test_events_are_read_by_offset(tmp_path):
    path = tmp_path / "events.jsonl"
    with EventWriter(path) as writer:
        writer.write(EventKind.STAGE, stage="loading")
        events, offset = read_events(path)
        assert [event["stage"] for event in events] == ["loading"]
        writer.write(EventKind.STAGE, stage="training")
    events, end = read_events(path, offset)
    assert [event["stage"] for event in events] == ["training"]
    assert read_events(path, end) == ([], end)


def test_a_missing_file_has_no_events(tmp_path):
    assert read_events(tmp_path / "none.jsonl") == ([], 0)


def test_a_torn_last_line_is_left_and_read_again(tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_bytes(b'{"kind":"stage","stage":"loading"}\n{"kind":"sta')
    events, offset = read_events(path)
    assert len(events) == 1
    with path.open("ab") as file:
        file.write(b'ge","stage":"saving"}\n')
    assert read_events(path, offset)[0] == [{"kind": "stage", "stage": "saving"}]


def test_a_line_torn_by_a_dead_worker_does_not_spoil_the_next_one(tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_bytes(b'{"kind":"stage","stage":"loading"}\n{"kind":"sta')
    with EventWriter(path) as writer:
        writer.write(EventKind.STAGE, stage="saving")
    assert [event["stage"] for event in read_events(path)[0]] == ["loading", "saving"]


def test_a_number_that_is_not_finite_is_written_as_null(tmp_path):
    path = tmp_path / "events.jsonl"
    with EventWriter(path) as writer:
        writer.write(EventKind.BATCH, loss=float("nan"), accuracy=float("inf"), batch=1)
    event = json.loads(path.read_text())
    assert (event["loss"], event["accuracy"], event["batch"]) == (None, None, 1)
