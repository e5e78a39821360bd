"""A model that travels as a bundle gives the same answers where it arrives."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.architecture.transfer import RANDOM, Transfer
from core.errors import StudioError
from core.export.kinds import export_file
from core.home import Home
from core.learning.checkpoint import Position, save_checkpoint
from core.learning.export.make import make_export
from core.learning.network import build_network, layer_weights
from core.learning.predict import examine_run, load_trained, probabilities_of
from core.runs.bundle import import_bundle
from core.runs.folder import RunFolder, State, Status
from core.runs.submit import submit_run
from core.spec import DataSpec, RunSpec

VGG16 = RunSpec(
    data=DataSpec(image_size=32, colour_mode="rgb"),
    architecture=Transfer(weights=RANDOM, hidden=(8,), dropout=0.2, pooling="average"),
)


def made(home: Home, spec: RunSpec) -> RunFolder:
    """A run that has learnt something, for which its weights are moved a little."""
    run = submit_run(home, spec, status=Status(state=State.FINISHED))
    network = build_network(spec, len(run.info().classes))
    kept = network.cut("").trained
    for weight in layer_weights(kept):
        weight.assign(np.asarray(weight) * 1.5 + 0.01)
    save_checkpoint(run.checkpoint, kept, None, Position())
    return run


@pytest.mark.parametrize("spec", [RunSpec(), VGG16], ids=["own", "vgg16"])
def test_the_answers_are_the_same_where_it_arrives(home: Home, tmp_path: Path, spec: RunSpec) -> None:
    run = made(home, spec)
    make_export(run, "bundle")
    other = import_bundle(Home(tmp_path / "other").make(), export_file(run, "bundle"))
    pictures = np.random.default_rng(0).integers(0, 256, (5, *spec.input_shape), np.uint8)
    ours, theirs = (probabilities_of(load_trained(which).model, pictures) for which in (run, other))
    np.testing.assert_array_equal(ours, theirs)
    assert ours.std() > 0.001, "it says something"
    assert not other.model.exists()
    assert examine_run(other).accuracy == examine_run(run).accuracy  # the digits are in every home


def test_it_travels_on(home: Home, tmp_path: Path) -> None:
    """What came as a bundle can be exported again: as a bundle with the same weights, and in any other form."""
    run = made(home, RunSpec())
    make_export(run, "bundle")
    other = import_bundle(Home(tmp_path / "other").make(), export_file(run, "bundle"))
    make_export(other, "bundle")
    with np.load(export_file(run, "bundle")) as first, np.load(export_file(other, "bundle")) as second:
        np.testing.assert_array_equal(first["weights/0000"], second["weights/0000"])
    assert make_export(other, "tflite").agreement is not None


def test_an_epoch_that_did_not_travel_is_said(home: Home, tmp_path: Path) -> None:
    run = made(home, RunSpec())
    make_export(run, "bundle")
    other = import_bundle(Home(tmp_path / "other").make(), export_file(run, "bundle"))
    with pytest.raises(StudioError, match="were not kept"):
        load_trained(other, 0)
