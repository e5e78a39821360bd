"""Is a picture like anything that a model learnt from: exact distances, and a real small model of digits."""

from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from core.architecture.layers import Conv2D, Dense, Flatten, MaxPool2D, OwnCNN
from core.architecture.transfer import Transfer
from core.datasets.importing.npz import store_arrays
from core.datasets.pixels import PixelPath
from core.datasets.store import open_dataset
from core.errors import StudioError
from core.home import Home
from core.learning import novelty
from core.learning.build import build_model
from core.learning.checkpoint import save_weights
from core.learning.fit import train_run
from core.learning.inputs import pictures_of
from core.learning.judging import judged
from core.learning.novelty import cloud_of, make_reference
from core.learning.predict import kept_or_whole, load_trained
from core.novelty import LOOKS, has_reference, looks_of, read_reference
from core.runs.submit import submit_run
from core.spec import DataSpec, RunSpec, TrainingSpec
from ui.classify.drawing import like_the_set
from ui.run_pictures import as_png

STACK = OwnCNN(layers=(Conv2D(filters=16), MaxPool2D(), Flatten(), Dense(units=32)))


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A run that has learnt the bundled digits in some seconds."""
    home = Home(tmp_path_factory.mktemp("home")).make()
    run = submit_run(home, RunSpec(architecture=STACK, training=TrainingSpec(epochs=8)))
    train_run(run)
    return run


def test_the_distance_is_in_what_the_classes_spread_themselves():
    """Both classes spread by 1 along x and by 10 along y, so 3 to the side is as far as 30 up."""
    around = np.array([(1, 0), (-1, 0), (0, 10), (0, -10)], np.float32) * np.sqrt(2, dtype=np.float32)
    features = np.concatenate([around, np.add(around, (50, 0))]).astype(np.float32)
    cloud = cloud_of(features, np.repeat([0, 7], 4))
    found = cloud.distances(np.array([(0, 0), (3, 0), (0, 30), (47, 0)], np.float32))
    np.testing.assert_allclose(found, [0, 3, 3, 3], rtol=0.05)  # the ridge takes a little


def test_a_direction_in_which_nothing_spreads_is_no_error():
    cloud = cloud_of(np.zeros((4, 3), np.float32), np.zeros(4, np.int64))
    assert np.isfinite(cloud.distances(np.eye(3, dtype=np.float32))).all()


def test_digits_are_like_digits_and_noise_paper_and_photos_are_not(trained, assets):
    told = []
    assert make_reference(trained, lambda done, of: told.append((done, of))) == 1000
    assert told[-1][0] == told[-1][1] > 1000
    assert has_reference(trained)
    with np.load(trained.split) as split:
        digits = open_dataset(Home(trained.path.parent.parent), "digits").images[split["test"]]
    noise = np.random.default_rng(0).integers(0, 256, (200, 8, 8, 1)).astype(np.uint8)
    path, folder = PixelPath(8, 8, 1, 1), assets / "datasets" / "clothing4_224_cc0" / "hat"
    photos = np.stack([path.photo(file) for file in sorted(folder.glob("*.jpg"))[:40]])
    paper = np.full((1, 8, 8, 1), 255, np.uint8)
    reference, both = read_reference(trained), load_trained(trained).both
    shares = [
        reference.strangeness(judged(both, pictures)[1]).is_unlike.mean() for pictures in (digits, noise, photos, paper)
    ]
    assert shares[0] < 0.05
    assert shares[1] > 0.9
    assert shares[2] > 0.7
    assert shares[3] == 1


def drawn(strokes, pen):
    """Lines on a black sheet as the canvas draws them, as large as the set's digits."""
    sheet = np.zeros((168, 168), np.uint8)
    for stroke in strokes:
        cv2.polylines(sheet, [np.array(stroke, np.int32)], False, 255, round(pen * 1.68), cv2.LINE_AA)
    content = like_the_set(as_png(sheet[..., None]), 0.95, light_on_dark=True)
    assert content
    return PixelPath(8, 8, 1, 1).photo(content)


def test_digits_drawn_with_the_mouse_are_like_handwritten_ones(trained):
    """All sevens were called unlike anything in training: only the set's very pictures were like it."""
    make_reference(trained)
    one, seven = [[(80, 20), (88, 150)]], [[(40, 20), (125, 20), (75, 150)]]
    zero = [cv2.ellipse2Poly((84, 84), (45, 65), 0, 0, 360, 10)]
    four = [[(100, 20), (35, 105), (135, 105)], [(105, 60), (105, 150)]]
    pictures = np.stack([drawn(strokes, pen) for strokes in (one, seven, zero, four) for pen in (11, 16, 24)])
    found = read_reference(trained).strangeness(judged(load_trained(trained).both, pictures)[1])
    assert found.is_unlike.sum() <= 1


def test_plain_colours_and_noise_are_unlike_photos(home, assets):
    """A network of photos takes red for a class: what carries none it has learnt to pass over."""
    with np.load(assets / "datasets" / "animals3_dev64.npz") as file:
        arrays = {"x": file["X_train"], "y": file["y_train"]}
    data = DataSpec(
        dataset=store_arrays(home, arrays, "Animals", "test", "none").meta.id, image_size=32, colour_mode="rgb"
    )
    run = submit_run(home, RunSpec(data=data, architecture=STACK, training=TrainingSpec(epochs=3)))
    train_run(run)
    make_reference(run)
    colours = [(0, 0, 0), (255, 255, 255), (220, 30, 30), (255, 170, 190), (128, 128, 128)]
    plain = np.stack([np.full((32, 32, 3), colour, np.uint8) for colour in colours])
    noise = np.random.default_rng(0).integers(0, 256, (20, 32, 32, 3)).astype(np.uint8)
    with np.load(run.split) as split:
        animals = pictures_of(run, run.info())["test"].images[split["test"]]
    reference, both = read_reference(run), load_trained(run).both
    shares = [reference.strangeness(judged(both, some)[1]).is_unlike.mean() for some in (plain, noise, animals)]
    assert shares[:2] == [1, 1]
    assert shares[2] < 0.1


def test_among_plain_colours_a_plain_colour_is_nothing_strange(home):
    """They have no contrast at all to differ in: what rounding makes of that was as far as anything."""
    colours = np.random.default_rng(0).integers(30, 220, (60, 1, 1, 3)).astype(np.uint8)
    arrays: dict[str, NDArray[Any]] = {"x": np.tile(colours, (1, 12, 12, 1)), "y": np.arange(60) % 3}
    dataset = store_arrays(home, arrays, "Colours", "test", "none")
    data = DataSpec(dataset=dataset.meta.id, image_size=12, colour_mode="rgb")
    run = submit_run(home, RunSpec(data=data, architecture=STACK))
    save_weights(run.checkpoint, build_model(run.info().spec, 3))
    make_reference(run)
    reference, others = read_reference(run), np.random.default_rng(1).integers(30, 220, (500, 1, 1, 3))
    plain = np.tile(others.astype(np.uint8), (1, 12, 12, 1))
    noise = np.random.default_rng(2).integers(0, 256, (20, 12, 12, 3)).astype(np.uint8)
    far = [reference.looks.distances(looks_of(some)) > reference.thresholds[1] for some in (plain, noise)]
    assert (far[0].any(), far[1].all()) == (False, True)


def test_it_is_of_the_weights_as_they_are(trained):
    make_reference(trained)
    trained.checkpoint.touch()
    assert not has_reference(trained)
    with pytest.raises(StudioError, match="looked at first"):
        read_reference(trained)
    make_reference(trained)
    assert read_reference(trained).count == 1000


def test_kept_outputs_of_a_frozen_part_give_the_same_as_the_pictures(home, monkeypatch):
    """A frozen backbone is not gone through again where its outputs lie in the cache."""
    data = DataSpec(image_size=32, colour_mode="rgb")
    architecture = Transfer(backbone="mobilenet_v2", weights="random")
    run = submit_run(home, RunSpec(data=data, architecture=architecture, training=TrainingSpec(epochs=1)))
    train_run(run)
    monkeypatch.setattr(novelty, "REFERENCES", 20)
    monkeypatch.setattr(novelty, "JUDGED", 10)
    monkeypatch.setattr(novelty, "FEWEST", 5)
    trained, parts = load_trained(run), pictures_of(run, run.info())
    some = novelty._some(parts["train"], 20)
    assert kept_or_whole(trained, some, run)[0] is not trained.model
    kept = novelty._made_of(trained, some, run, lambda done: None)
    pixels = some.take(np.arange(20))[0]
    np.testing.assert_allclose(kept, judged(trained.both, pixels)[1][:, :-LOOKS], atol=1e-4)
    assert make_reference(run) == 20
