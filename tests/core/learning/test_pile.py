"""Many photos with a real small model: the same answers as one by one, each file its row."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from core.architecture.layers import Conv2D, Flatten, OwnCNN
from core.datasets.importing.sources import stage
from core.datasets.store import open_dataset
from core.errors import DataError
from core.learning.build import build_model
from core.learning.checkpoint import save_weights
from core.learning.pile import classify_part, content_of
from core.learning.predict import classify
from core.runs.submit import submit_run
from core.spec import RunSpec
from ui.run_pictures import as_png

WORDS = b"no picture"


@pytest.fixture
def run(home):
    made = submit_run(home, RunSpec(architecture=OwnCNN(layers=(Conv2D(filters=2), Flatten()))))
    save_weights(made.checkpoint, build_model(made.info().spec, 10))
    return made


@pytest.fixture
def photos(home):
    images = open_dataset(home, "digits").images
    return {f"{number}/{number}.png": as_png(np.asarray(images[number])) for number in range(5)}


@pytest.fixture
def pile(photos, tmp_path):
    """0/0.png to 4/4.png, sorted by name, then a file that is no picture."""
    for name, content in {**photos, "x.png": WORDS, "y.png": b""}.items():
        stage(tmp_path / "pile", name, content)
    return tmp_path / "pile"


def test_a_part_has_the_answers_that_the_photos_get_one_by_one(run, photos, pile):
    expected = classify(run, list(photos.values()))
    reply, arrays = classify_part(run, pile, 0, 64, swap=False)
    assert reply["names"] == [*photos, "x.png", "y.png"]
    assert reply["files"] == 7
    one_by_one = np.stack([one.probabilities for one in expected if one.probabilities is not None])
    np.testing.assert_allclose(arrays["probabilities"][:5], one_by_one, atol=1e-6)


def test_a_file_that_cannot_be_read_is_a_row_with_its_reason(run, pile):
    reply, arrays = classify_part(run, pile, 0, 64, swap=False)
    assert reply["errors"][:5] == [""] * 5
    assert "Expected a picture" in reply["errors"][5]
    assert reply["errors"][6] == "This file is empty."
    assert np.isnan(arrays["probabilities"][5:]).all()
    assert arrays["ends"][4] == arrays["ends"][6] == len(arrays["thumbnails"])


def test_parts_follow_each_other(run, pile):
    whole = classify_part(run, pile, 0, 64, swap=None)[1]["probabilities"]
    parts = [classify_part(run, pile, first, 3, swap=None) for first in (0, 3, 6)]
    assert [len(reply["names"]) for reply, _arrays in parts] == [3, 3, 1]
    joined = np.concatenate([arrays["probabilities"] for _reply, arrays in parts])
    np.testing.assert_allclose(joined, whole, atol=1e-6)


def test_only_photos_with_a_light_border_are_swapped_where_that_is_asked(run, tmp_path):
    for name, grey in (("black", 0), ("white", 255)):
        buffer = io.BytesIO()
        Image.new("L", (20, 20), grey).save(buffer, "PNG")
        stage(tmp_path / "two", f"{name}.png", buffer.getvalue())
    fitting = classify_part(run, tmp_path / "two", 0, 2, swap=None)[1]
    assert fitting["swapped"].tolist() == [False, True]
    np.testing.assert_array_equal(fitting["probabilities"][0], fitting["probabilities"][1])  # both are black now
    assert classify_part(run, tmp_path / "two", 0, 2, swap=True)[1]["swapped"].tolist() == [True, True]


def test_a_zip_is_asked_as_it_is_and_what_it_leaves_out_comes_last(run, photos, tmp_path):
    path = tmp_path / "photos.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in photos.items():
            archive.writestr(name, content)
        link = zipfile.ZipInfo("a link.png")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    reply, arrays = classify_part(run, path, 4, 64, swap=False)
    assert reply["names"] == ["4/4.png", "a link.png"]
    assert reply["errors"][0] == ""
    assert "link" in reply["errors"][1]
    assert reply["files"] == 6
    assert len(arrays["ends"]) == 2
    assert content_of(path, 4) == photos["4/4.png"]


def test_a_pile_that_cannot_be_opened_is_an_answer_in_words(run, tmp_path):
    """It was an error like others, beside which "Try again" stood."""
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 and no more")
    for name, words in (("gone", "not there"), ("broken.zip", "damaged")):
        reply, arrays = classify_part(run, tmp_path / name, 0, 1, swap=False)
        assert words in reply["problem"]
        assert (reply["names"], reply["files"], arrays["probabilities"].shape[0]) == ([], 0, 0)


def test_a_place_outside_of_the_pile_is_refused(pile):
    with pytest.raises(DataError, match="not there any more"):
        content_of(pile, 7)
