"""A test picture sent as a photo gets the very answer that it got in the final exam."""

import numpy as np
import pytest

from core.architecture.layers import Conv2D, Flatten, OwnCNN
from core.datasets.dataset import TRAIN, About, Original
from core.datasets.store import open_dataset, save_dataset
from core.learning.build import build_model
from core.learning.checkpoint import save_weights
from core.learning.predict import classify, examine_run
from core.runs.submit import submit_run
from core.spec import DataSpec, RunSpec
from ui.run_pictures import as_png

STACK = OwnCNN(layers=(Conv2D(filters=2), Flatten()))


@pytest.fixture
def colourful(home):
    """A set of 20 colour pictures of 12 px, noise of two kinds."""
    images = np.random.default_rng(0).integers(0, 256, (20, 12, 12, 3)).astype(np.uint8)
    original = Original(shape="(20, 12, 12, 3)", dtype="uint8", range=(0.0, 255.0))
    about = About(title="Noise", classes=("a", "b"), source="numpy", licence="CC0", original=original)
    return save_dataset(home, about, images, np.arange(20) % 2, np.full(20, TRAIN, np.uint8)).meta.id


@pytest.mark.parametrize(("own_set", "size", "mode"), [(False, 8, "grey"), (True, 12, "rgb"), (True, 20, "grey")])
def test_a_stored_picture_as_png_is_judged_as_in_the_exam(home, colourful, own_set, size, mode):
    name = colourful if own_set else "digits"
    data = DataSpec(dataset=name, image_size=size, colour_mode=mode)
    run = submit_run(home, RunSpec(data=data, architecture=STACK))
    info = run.info()
    save_weights(run.checkpoint, build_model(info.spec, len(info.classes)))
    examine_run(run)
    with np.load(run.evaluation) as exam:
        numbers, expected = exam["indices"][:4], exam["probabilities"][:4]
    images = open_dataset(home, name).images
    answers = classify(run, [as_png(np.asarray(images[number])) for number in numbers])
    assert [answer.error for answer in answers] == [""] * 4
    given = np.stack([answer.probabilities for answer in answers if answer.probabilities is not None])
    np.testing.assert_allclose(given, expected, atol=1e-4)
