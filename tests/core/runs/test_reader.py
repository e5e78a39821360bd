"""Keeping up with events that are appended."""

from core.runs.events import EventKind, EventWriter
from core.runs.reader import EventReader


class Messages(list[str]):
    """A state of the simplest kind: all messages so far."""

    def apply(self, event):
        self.append(event["message"])

    def copy(self):
        return Messages(self)


def test_each_event_is_folded_in_once_and_what_was_handed_out_stays_as_it_was(tmp_path):
    path = tmp_path / "events.jsonl"
    reader = EventReader(path, Messages())
    assert reader.update() == []
    with EventWriter(path) as writer:
        writer.write(EventKind.NOTE, message="one")
        first = reader.update()
        with path.open("ab") as torn:
            torn.write(b'{"kind":"note","mess')
        assert reader.update() == ["one"]
    with EventWriter(path) as writer:
        writer.write(EventKind.NOTE, message="two")
    assert reader.update() == ["one", "two"]
    assert first == ["one"]
