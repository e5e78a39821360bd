"""Is a picture like anything that a model learnt from: exact distances, and a real small model of digits."""

import numpy as np
import pytest

from core.architecture.layers import Conv2D, Dense, Flatten, MaxPool2D, OwnCNN
from core.architecture.transfer import Transfer
from core.datasets.pixels import PixelPath
from core.datasets.store import open_dataset
from core.errors import StudioError
from core.home import Home
from core.learning import novelty
from core.learning.fit import train_run
from core.learning.inputs import pictures_of
from core.learning.judging import judged
from core.learning.novelty import make_reference, reference_of
from core.learning.predict import kept_or_whole, load_trained
from core.novelty import has_reference, read_reference
from core.runs.submit import submit_run
from core.spec import DataSpec, RunSpec, TrainingSpec

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
    reference = reference_of(features, np.repeat([0, 7], 4))
    found = reference.strangeness(np.array([(0, 0), (3, 0), (0, 30), (47, 0)], np.float32))
    np.testing.assert_allclose(found.distances, [0, 3, 3, 3], rtol=0.05)  # the ridge takes a little


def test_a_direction_in_which_nothing_spreads_is_no_error():
    reference = reference_of(np.zeros((4, 3), np.float32), np.zeros(4, np.int64))
    assert np.isfinite(reference.strangeness(np.eye(3, dtype=np.float32)).distances).all()


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
    kept = novelty._features_of(trained, some, run, lambda done: None)
    np.testing.assert_allclose(kept, novelty._features(trained, some.take(np.arange(20))[0]), atol=1e-4)
    assert make_reference(run) == 20
