"""Questions about one picture: what is asked, and that answers come back whole through a frame."""

import io

import numpy as np
import pytest

from core.errors import StudioError
from core.explaining import (
    Filters,
    HeatMap,
    LayerMaps,
    Occlusion,
    PatchProduct,
    Subject,
    as_reply,
    feature_maps,
    first_filters,
    grad_cam,
    maps_as_reply,
    occlusion,
    patch_product,
)
from core.frames import read_frame, write_frame
from core.inference import Inference
from core.runs.folder import RunFolder

SEEN = np.arange(16, dtype=np.uint8).reshape(4, 4, 1)
HEAT = HeatMap(np.eye(2, dtype=np.float32), "conv2d_3", ("conv2d_1", "conv2d_3"), 1, np.array([0.25, 0.75], np.float32))
OCCLUSION = Occlusion(np.array([[0.5, -0.25], [0, 0]], np.float32), 2, 2, 0.75, 1)
FILTERS = Filters("conv2d_1", np.ones((3, 3, 1, 2), np.float32), np.array([0, 1], np.float32))
PATCH = PatchProduct(
    layer="conv2d_1",
    filter=1,
    row=0,
    column=3,
    patch=np.full((1, 1, 2), 3, np.float32),
    kernel=np.full((1, 1, 2), -2, np.float32),
    products=np.full((1, 1, 2), -6, np.float32),
    total=-12.0,
    bias=2.0,
    before=-10.0,
    activation="relu",
    after=0.0,
    output=0.0,
    box=(0, 3, 1, 4),
    input_shape=(4, 4, 2),
)


def layer_maps(layer, value):
    one = np.array([value], np.float32)
    return LayerMaps(layer, "conv", (4, 4, 1), np.full((1, 4, 4), value, np.uint8), one, one + 1, one == 0)


class Answering(Inference):
    """Gives one answer, as it comes out of a worker's frame, and keeps what it was asked."""

    def __init__(self, reply, told=()):
        super().__init__(lambda: pytest.fail("no worker is wanted"))
        self.reply, self.told = reply, told

    def ask(self, do, header, arrays=None, within=0.0, tell=lambda done, of: None):
        self.asked = do, header, arrays
        for done, of in self.told:
            tell(done, of)
        stream = io.BytesIO()
        write_frame(stream, *self.reply)
        stream.seek(0)
        return read_frame(stream)


@pytest.fixture
def run(tmp_path):
    run = RunFolder(tmp_path / "r20261122-093015-4f2a1c")
    run.path.mkdir()
    return run


def assert_same(found, expected):
    assert type(found) is type(expected)
    for name, value in vars(expected).items():
        if isinstance(value, np.ndarray):
            np.testing.assert_array_equal(getattr(found, name), value)
            assert getattr(found, name).dtype == value.dtype
        else:
            assert getattr(found, name) == value


def test_a_heat_map(run):
    inference = Answering(as_reply(HEAT))
    assert_same(grad_cam(inference, Subject(run, SEEN, epoch=4), 1, "conv2d_3"), HEAT)
    do, header, arrays = inference.asked
    assert do == "grad_cam"
    assert header == {"run": str(run.path), "epoch": 4, "class_number": 1, "layer": "conv2d_3"}
    assert arrays["seen"] is SEEN


def test_an_occlusion_tells_how_far_it_is(run):
    inference, told = Answering(as_reply(OCCLUSION), told=[(0, 4), (2, 4)]), []
    assert_same(occlusion(inference, Subject(run, SEEN), tell=lambda done, of: told.append((done, of))), OCCLUSION)
    assert inference.asked[:2] == ("occlusion", {"run": str(run.path), "epoch": None, "class_number": None})
    assert told == [(0, 4), (2, 4)]


def test_maps_of_several_layers(run):
    expected = layer_maps("conv2d_1", 0), layer_maps("conv2d_2", 7)
    inference = Answering(maps_as_reply(expected))
    found = feature_maps(inference, Subject(run, SEEN))
    assert len(found) == 2
    for maps, wanted in zip(found, expected, strict=True):
        assert_same(maps, wanted)
    assert inference.asked[0] == "feature_maps"


def test_first_filters(run):
    inference = Answering(as_reply(FILTERS))
    assert_same(first_filters(inference, run, epoch=0), FILTERS)
    assert inference.asked == ("first_filters", {"run": str(run.path), "epoch": 0}, None)


def test_a_patch(run):
    inference = Answering(as_reply(PATCH))
    assert_same(patch_product(inference, Subject(run, SEEN), "conv2d_1", 1, 0, 3), PATCH)
    do, header, _arrays = inference.asked
    asked = {"layer": "conv2d_1", "filter": 1, "row": 0, "column": 3}
    assert (do, header) == ("patch", {"run": str(run.path), "epoch": None, **asked})


def test_the_key_changes_with_all_that_decides_an_answer(run):
    run.checkpoint.write_bytes(b"1")
    run.epochs.mkdir()
    run.snapshot(2).write_bytes(b"1")
    keys = [Subject(run, SEEN).key, Subject(run, SEEN + np.uint8(1)).key, Subject(run, SEEN.reshape(2, 8, 1)).key]
    keys += [Subject(run, SEEN, 2).key, Subject(run, SEEN, 3).key]
    run.checkpoint.touch()
    keys.append(Subject(run, SEEN).key)
    assert len(set(keys)) == 6
    assert Subject(run, SEEN.copy()).key == keys[-1]
    assert Subject(run, SEEN, 2).key == keys[3], "another checkpoint does not change an epoch that was kept"


def test_the_worker_knows_every_question(home):
    """The handlers themselves, with a network that no one has trained: they refuse it in the same words."""
    from core.handlers import HANDLERS
    from core.runs.submit import submit_run
    from core.spec import RunSpec

    asked = {"epoch": None, "class_number": None, "layer": "", "filter": 0, "row": 0, "column": 0}
    header = {"run": str(submit_run(home, RunSpec()).path), **asked}
    for do in ("grad_cam", "occlusion", "feature_maps", "first_filters", "patch"):
        with pytest.raises(StudioError, match="has not finished an epoch yet"):
            HANDLERS[do](header, {"seen": SEEN}, lambda done, of: None)
