"""Bundles for tests: small ones made by hand, and hostile ones made of them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from core.architecture.layers import Conv2D, Flatten, OwnCNN
from core.architecture.weight_shapes import weight_shapes
from core.datasets.store import open_dataset
from core.evaluation import Exam, report_of
from core.exams import write_exam
from core.home import Home
from core.runs.bundle import write_bundle
from core.runs.events import EventKind, EventWriter
from core.runs.folder import RunFolder, State, Status
from core.runs.submit import submit_run
from core.spec import RunSpec

SPEC = RunSpec(architecture=OwnCNN(layers=(Conv2D(filters=2), Flatten())))
_BATCH = b'{"kind":"batch","t":1,"epoch":0,"batch":1,"loss":1,"accuracy":1,"images_per_second":1}\n'


def made_run(home: Home, owner: str = "") -> RunFolder:
    """A finished run of the digits whose history and exam were made by hand."""
    run = submit_run(home, SPEC, "Made", owner=owner, status=Status(state=State.FINISHED))
    with EventWriter(run.events) as events:
        events.write(EventKind.STARTED, epochs=2, steps=9, batch_size=128, epoch=0, batch=0)
        events.write(EventKind.STAGE, stage="training")
        events.write(EventKind.BATCH, epoch=0, batch=4, loss=2.0, accuracy=0.2, images_per_second=9.0)
        told = {"loss": 1.5, "accuracy": 0.4, "val_loss": float("nan"), "val_accuracy": 0.5}
        events.write(EventKind.EPOCH, epoch=0, learning_rate=1e-3, seconds=1.0, **told)
        events.write(EventKind.NOTE, epoch=0, message="a note")
        events.write(EventKind.ENDED, state="finished", message="")
    with np.load(run.split) as split:
        test = split["test"]
    labels = open_dataset(home, "digits").labels[test].astype(np.int64)
    probabilities = np.eye(10, dtype=np.float32)[labels // 2]
    report = report_of(Exam(test, labels, probabilities, 3.0, {}).matrix)
    write_exam(run, Exam(test, labels, probabilities, 3.0, report))
    return run


def weights() -> list[np.ndarray]:
    """Of the network of `SPEC`, each number another one."""
    return [np.arange(np.prod(shape), dtype=np.float32).reshape(shape) / 100 for shape in weight_shapes(SPEC, 10)]


def made_bundle(home: Home, path: Path) -> bytes:
    """The bytes of the bundle of such a run."""
    write_bundle(made_run(home), weights(), path)
    return path.read_bytes()


def changed(bundle: bytes, changes: Mapping[str, bytes | None]) -> bytes:
    """The same with some members replaced, added or, for None, left out."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        members: dict[str, bytes | None] = {name: archive.read(name) for name in archive.namelist()}
        members.update(changes)
        for name, content in members.items():
            if content is not None:
                made.writestr(name, content)
    return target.getvalue()


def npy(array: object) -> bytes:
    """An array as the bytes of an .npy file; one of objects too."""
    file = io.BytesIO()
    np.save(file, np.asarray(array), allow_pickle=True)
    return file.getvalue()


def header(shape: str, dtype: str = "<f4", values: bytes = b"") -> bytes:
    """An .npy file that announces whatever it likes."""
    text = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}}}\n".encode()
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + values


def hostile(bundle: bytes) -> Iterator[tuple[str, bytes]]:
    """Bundles that must be refused, with a word of what is wrong."""
    with np.load(io.BytesIO(bundle)) as arrays:
        parts = {part: arrays[f"split/{part}"] for part in ("train", "validation", "test")}
        indices, labels, shares = (arrays[f"exam/{name}"] for name in ("indices", "labels", "probabilities"))
    wide = RunSpec(architecture=SPEC.architecture).model_dump_json().replace('"filters":2', '"filters":99999')
    cases: dict[str, dict[str, bytes | None]] = {
        "a path out of the folder": {"../../outside.npy": npy([0])},
        "an absolute path": {"/tmp/outside": b"x"},
        "a model of Keras": {"model.keras": b"PK"},
        "one array more": {"weights/0004.npy": npy([1.0])},
        "one array less": {"weights/0003.npy": None},
        "no specification": {"spec.json": None},
        "no history": {"history.jsonl": None},
        "objects": {"weights/0001.npy": npy(np.array([{"a": 1}, print], object))},
        "another shape": {"weights/0001.npy": npy(np.zeros(3, np.float32))},
        "the same numbers in another shape": {"weights/0000.npy": npy(np.zeros((9, 1, 1, 2), np.float32))},
        "another type": {"weights/0001.npy": npy(np.zeros(2))},
        "160 GB announced": {"weights/0001.npy": header("(40_000_000_000,)".replace("_", ""))},
        "a shape below zero": {"weights/0001.npy": header("(-2,)")},
        "a header that is no header": {"weights/0001.npy": header("().__class__")},
        "fewer numbers than announced": {"weights/0001.npy": header("(2,)", values=b"1234")},
        "no numbers": {"weights/0001.npy": npy(np.array([np.nan, 1], np.float32))},
        "a bomb of text": {"spec.json": b" " * 60_000_000},
        "an unknown setting": {"spec.json": b'{"surprise": 1}'},
        "a layer of code": {"spec.json": b'{"architecture": {"kind": "own", "layers": [{"kind": "lambda"}]}}'},
        "a layer that is too wide": {"spec.json": wide.encode()},
        "a stack that cannot be built": {"spec.json": b'{"architecture": {"kind": "own", "layers": []}}'},
        "nested too deep": {"spec.json": b"[" * 100_000},
        "one class": {"classes.json": b'["only"]'},
        "2,000 classes": {"classes.json": str([str(n) for n in range(2_000)]).replace("'", '"').encode()},
        "classes that are no text": {"classes.json": b"[1, 2]"},
        "another format": {"about.json": b'{"format": "x"}'},
        "a history of anything": {"history.jsonl": b'{"kind": "batch", "t": 1}\n'},
        "a history without its start": {"history.jsonl": _BATCH},
        "a history that does not end": {"history.jsonl": b"{}\n" * 30_000},
        "an id that leads out of the folder": {"spec.json": b'{"data": {"dataset": "../../../etc"}}'},
        "an id that does not end": {"spec.json": b'{"data": {"dataset": "' + b"x" * 3_000_000 + b'"}}'},
        "pictures below zero": {"split/test.npy": npy([-1, *parts["test"][1:]])},
        "pictures that are not there": {"split/test.npy": npy([100_000, *parts["test"][1:]])},
        "a picture in no part": {"split/train.npy": npy(parts["train"][1:])},
        "a picture in two parts": {"split/train.npy": npy([*parts["train"], parts["test"][0]])},
        "nothing to learn from": {f"split/{part}.npy": npy(np.zeros(0, np.int64)) for part in parts},
        "a part of the exam": {"exam/labels.npy": None},
        "an exam on pictures that are not there": {"exam/indices.npy": npy(indices + 100_000)},
        "an exam on pictures that were trained on": {"exam/indices.npy": npy(parts["train"][: len(indices)])},
        "an exam on one picture many times": {"exam/indices.npy": npy(np.full_like(indices, indices[0]))},
        "labels that are not the pictures'": {"exam/labels.npy": npy((labels + 1) % 10)},
        "labels beyond the classes": {"exam/labels.npy": npy(labels + 10)},
        "shares above 1": {"exam/probabilities.npy": npy(shares / 2 + 0.5)},
        "shares of no number": {"exam/probabilities.npy": npy(shares * np.float32(np.nan))},
        "an empty exam": {
            "exam/indices.npy": npy(np.zeros(0, np.int64)),
            "exam/labels.npy": npy(np.zeros(0, np.int64)),
            "exam/probabilities.npy": npy(np.zeros((0, 10), np.float32)),
        },
    }
    yield from ((name, changed(bundle, changes)) for name, changes in cases.items())
    yield "not an archive", b"PK\x03\x04 or so"
    yield "nothing", b""
    yield "cut off", bundle[: len(bundle) // 2]
