from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from core.datasets import shapes
from core.datasets.dataset import TEST, TRAIN, Dataset
from core.datasets.shapes import CLASSES, PLANTED, ShapesSpec, draw_shapes, is_shapes_id, shapes_id, shapes_spec_of
from core.errors import DataError

SMALL = ShapesSpec(train_per_class=20, test_per_class=40, noise=0.0)


def planted_colours(dataset: Dataset) -> NDArray[np.int64]:
    """Which planted colour is nearest to each picture's corner, (N,)."""
    distance = np.abs(dataset.images[:, 0, 0, None].astype(int) - np.array(PLANTED)).sum(axis=2)
    colours: NDArray[np.int64] = distance.argmin(axis=1)
    return colours


@pytest.mark.parametrize(
    "spec",
    [
        ShapesSpec(),
        ShapesSpec(noise=0.35, background=True, seed=9999),
        ShapesSpec(train_per_class=500, test_per_class=10, size=64, noise=0.29, rotation=0),
    ],
)
def test_the_id_carries_the_whole_spec(spec: ShapesSpec) -> None:
    assert shapes_spec_of(shapes_id(spec)) == spec


def test_the_id_is_short_and_plain() -> None:
    assert shapes_id(ShapesSpec(noise=0.123, background=True)) == "shapes-100-40-32-12-180-1-0"


@pytest.mark.parametrize(
    "text",
    [
        "shapes",
        "shapes-1-2",
        "shapes-100-40-32-10-180-0",
        "shapes-100-40-32-10-180-0-0-0",
        "shapes-0100-40-32-10-180-0-0",
        "shapes-100-40-32-10-180-2-0",
        "shapes-999-40-32-10-180-0-0",
        "shapes-100-40-32-10-180-0--1",
        "shapes-100-40-32-1e1-180-0-0",
        "shapes-1٣0-40-32-10-180-0-0",
    ],
)
def test_any_other_id_is_refused(text: str) -> None:
    with pytest.raises(DataError, match="Expected an id such as shapes-100-40-32-10-180-0-0"):
        shapes_spec_of(text)


def test_an_imported_set_called_shapes_is_not_mistaken_for_a_drawn_one() -> None:
    assert not is_shapes_id("shapes-100-40-32-10-180-0-12345678")


def test_drawing_is_a_function_of_the_spec() -> None:
    first = draw_shapes(SMALL)
    shapes._kept.clear()
    assert draw_shapes(SMALL).meta == first.meta
    other = draw_shapes(SMALL.model_copy(update={"seed": 1}))
    assert other.meta.content_hash != first.meta.content_hash
    assert draw_shapes(SMALL) is draw_shapes(SMALL.model_copy())


def test_the_sets_asked_for_last_are_kept_as_far_as_they_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four were kept, whatever their size: thirty people with different sliders drew theirs anew at every step."""
    monkeypatch.setattr(shapes, "KEPT_BYTES", 2 * draw_shapes(SMALL).images.nbytes)
    shapes._kept.clear()
    specs = [SMALL.model_copy(update={"seed": seed}) for seed in range(3)]
    first, second = draw_shapes(specs[0]), draw_shapes(specs[1])
    assert draw_shapes(specs[0]) is first
    draw_shapes(specs[2])
    assert draw_shapes(specs[0]) is first
    assert draw_shapes(specs[1]) is not second
    monkeypatch.setattr(shapes, "KEPT_BYTES", 0)
    assert draw_shapes(specs[2]) is draw_shapes(specs[2])  # one is kept, however large


def test_more_pictures_change_none_of_the_others() -> None:
    few, many = draw_shapes(SMALL), draw_shapes(SMALL.model_copy(update={"train_per_class": 30}))
    np.testing.assert_array_equal(few.images[few.parts == TEST], many.images[many.parts == TEST])
    np.testing.assert_array_equal(few.images[:20], many.images[:20])


def test_every_class_has_its_pictures_in_both_parts() -> None:
    dataset = draw_shapes(SMALL)
    assert dataset.images.shape == (240, 32, 32, 3)
    assert not dataset.images.flags.writeable
    assert np.bincount(dataset.labels[dataset.parts == TRAIN]).tolist() == [20] * 4
    assert np.bincount(dataset.labels[dataset.parts == TEST]).tolist() == [40] * 4
    assert (dataset.meta.given_test, dataset.meta.synthetic, dataset.meta.classes) == (True, True, CLASSES)


def test_training_shapes_stand_upright_and_test_shapes_do_not() -> None:
    """A square that stands upright has the same ink in each row, give or take its edges; a turned one has not."""
    dataset = draw_shapes(SMALL)
    ink = (dataset.images[dataset.labels == CLASSES.index("square")][..., 0] > 150).sum(axis=2)
    upright = np.array([np.ptp(rows[rows > 0]) <= 2 for rows in ink])
    assert upright[:20].all()
    assert upright[20:].mean() < 0.2
    still = draw_shapes(SMALL.model_copy(update={"rotation": 0}))
    ink = (still.images[still.labels == CLASSES.index("square")][..., 0] > 150).sum(axis=2)
    assert all(np.ptp(rows[rows > 0]) <= 2 for rows in ink)


def test_a_planted_background_gives_the_class_away_in_training_only() -> None:
    """The shortcut scores 100 % in training; in test it must do no better than guessing."""
    dataset = draw_shapes(SMALL.model_copy(update={"background": True}))
    right = planted_colours(dataset) == dataset.labels
    assert right[dataset.parts == TRAIN].all()
    assert 0.15 < right[dataset.parts == TEST].mean() < 0.35
    for label in range(len(CLASSES)):
        dealt = planted_colours(dataset)[(dataset.parts == TEST) & (dataset.labels == label)]
        assert np.bincount(dealt, minlength=4).min() >= 3


def test_without_it_every_background_is_the_same_slate() -> None:
    dataset = draw_shapes(SMALL)
    assert np.abs(dataset.images[:, 0, 0].astype(int) - (45, 52, 64)).max() <= 15
