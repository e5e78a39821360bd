"""What a batch holds is a function of (seed, epoch, number): here with pictures that tell their own index."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from core.augmentation.draws import units_of
from core.augmentation.spec import PRESETS, AugmentSpec
from core.augmentation.warp import augment
from core.batches import KeptBatches, Pictures, TrainingBatches, batches_of, copies_taken, epoch_order
from core.spec import RunSpec, TrainingSpec

NOTEBOOK = PRESETS["notebook"].spec
OFF = AugmentSpec()
SHIFTED = AugmentSpec(width_shift=0.5, height_shift=0.5, fill_mode="wrap")


def pictures(count: int = 20, size: int = 6, channels: int = 3) -> Pictures:
    """Every second of `count` noisy pictures; a picture's target is its index."""
    images = np.random.default_rng(0).integers(0, 256, (count, size, size, channels)).astype(np.uint8)
    return Pictures(images, np.arange(count, dtype=np.int32), np.arange(0, count, 2))


def batches(augmentation: AugmentSpec = OFF, batch_size: int = 4, seed: int = 3, count: int = 20) -> TrainingBatches:
    return TrainingBatches(pictures(count), batch_size, seed, augmentation)


def epoch_of(made: TrainingBatches, epoch: int) -> tuple[np.ndarray, np.ndarray]:
    parts = [made.batch(epoch, number) for number in range(made.steps)]
    return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])


def varied(made: TrainingBatches, view: int, index: int) -> np.ndarray:
    """Picture `index` as it looks in `view`, warped alone."""
    units = units_of(made.seed, view, [index])
    picture: np.ndarray = augment(made.pictures.images[[index]], made.augmentation, units)[0]
    return picture


@pytest.mark.parametrize(
    ("seed", "epoch", "order"),
    [(0, 0, [2, 4, 3, 6, 5, 0, 1, 7]), (0, 1, [1, 3, 7, 6, 0, 4, 2, 5]), (7, 0, [0, 6, 7, 2, 4, 5, 1, 3])],
)
def test_the_order_of_an_epoch_never_changes(seed: int, epoch: int, order: list[int]) -> None:
    """Written out: a run that was begun by an older version goes on in the same order."""
    assert epoch_order(seed, epoch, 8).tolist() == order
    with pytest.raises(ValueError, match="read-only"):
        epoch_order(seed, epoch, 8)[0] = 1


def test_without_augmentation_batches_are_the_pictures_as_they_are_in_that_order() -> None:
    made = batches()
    assert (len(made), made.steps) == (10, 3)
    for epoch in range(2):
        order = np.random.default_rng((3, epoch)).permutation(10)
        for number, part in enumerate((order[:4], order[4:8], order[8:])):
            images, targets = made.batch(epoch, number)
            np.testing.assert_array_equal(targets, 2 * part)
            np.testing.assert_array_equal(images, made.pictures.images[2 * part])


@pytest.mark.parametrize("augmentation", [NOTEBOOK, PRESETS["strong"].spec])
def test_augmentation_changes_neither_order_nor_targets_nor_shape(augmentation: AugmentSpec) -> None:
    plain, changed = batches(), batches(augmentation)
    for number in range(plain.steps):
        before, targets = plain.batch(1, number)
        after, same_targets = changed.batch(1, number)
        np.testing.assert_array_equal(targets, same_targets)
        assert after.shape == before.shape
        assert after.dtype == np.uint8
        assert not np.array_equal(after, before)


def test_each_picture_is_drawn_by_its_index_in_the_data_set_and_by_the_epoch() -> None:
    made = batches(NOTEBOOK)
    for epoch in range(3):
        for image, target in zip(*epoch_of(made, epoch), strict=True):
            np.testing.assert_array_equal(image, varied(made, view=epoch, index=int(target)))


def test_every_epoch_and_every_seed_draws_anew() -> None:
    looks = [varied(batches(NOTEBOOK, seed=seed), epoch, 4).tobytes() for seed in range(2) for epoch in range(50)]
    assert len(set(looks)) == 100


@pytest.mark.parametrize("repeats", [2, 10])
def test_an_epoch_shows_each_picture_as_often_as_asked_each_time_in_another_way(repeats: int) -> None:
    made = batches(SHIFTED.model_copy(update={"repeats": repeats, "rotation": 90.0}), batch_size=7)
    assert len(made) == 10 * repeats
    assert made.steps == -(-10 * repeats // 7)
    seen: set[bytes] = set()
    for epoch in range(2):
        images, targets = epoch_of(made, epoch)
        assert np.bincount(targets, minlength=20).tolist() == [repeats, 0] * 10
        for index in made.pictures.indices:
            views = range(epoch * repeats, (epoch + 1) * repeats)
            expected = {varied(made, view, index).tobytes() for view in views}
            assert {image.tobytes() for image in images[targets == index]} == expected
        seen |= {image.tobytes() for image in images}
    assert len(seen) == 2 * 10 * repeats, "no picture looks twice the same"


def test_repeats_alone_show_the_pictures_as_they_are() -> None:
    made = batches(AugmentSpec(repeats=3))
    images, targets = epoch_of(made, 0)
    assert np.bincount(targets, minlength=20).tolist() == [3, 0] * 10
    np.testing.assert_array_equal(images, made.pictures.images[targets])


def test_a_batch_is_the_same_in_any_order_of_calls_and_in_any_thread() -> None:
    augmentation = PRESETS["strong"].spec.model_copy(update={"repeats": 6})
    made, again = (batches(augmentation, batch_size=8, count=64) for _ in range(2))
    places = [(epoch, number) for epoch in range(5) for number in range(made.steps)]
    expected = {place: made.batch(*place)[0] for place in places}
    mixed = [places[number] for number in np.random.default_rng(0).permutation(len(places))]
    with ThreadPoolExecutor(4) as pool:
        for place, (images, _targets) in zip(mixed, pool.map(lambda place: again.batch(*place), mixed), strict=True):
            np.testing.assert_array_equal(images, expected[place], err_msg=str(place))


def test_pictures_on_disk_stay_as_they_are(tmp_path) -> None:
    """Memory-mapped for reading: writing into them would fail, and what comes out must be memory of its own."""
    here = pictures()
    np.save(tmp_path / "images.npy", here.images)
    mapped = Pictures(np.load(tmp_path / "images.npy", mmap_mode="r"), here.targets, here.indices)
    for augmentation in (OFF, AugmentSpec(brightness=0.5), NOTEBOOK):
        images, _targets = TrainingBatches(mapped, 4, 3, augmentation).batch(0, 1)
        assert type(images) is np.ndarray
        np.testing.assert_array_equal(images, TrainingBatches(here, 4, 3, augmentation).batch(0, 1)[0])
        images[...] = 0
    np.testing.assert_array_equal(mapped.images, here.images)


@pytest.mark.parametrize(("batch_size", "repeats", "expected"), [(4, 1, 4), (32, 1, 10), (32, 3, 30), (32, 4, 32)])
def test_a_batch_is_never_larger_than_what_an_epoch_shows(batch_size: int, repeats: int, expected: int) -> None:
    spec = RunSpec(augmentation=AugmentSpec(repeats=repeats), training=TrainingSpec(batch_size=batch_size, seed=5))
    made = batches_of(spec, pictures())
    assert (made.batch_size, made.seed, len(made)) == (expected, 5, 10 * repeats)
    assert sum(len(made.batch(0, number)[0]) for number in range(made.steps)) == 10 * repeats


def test_kept_copies_of_each_picture_are_taken_by_seed_view_and_index():
    """Rows that tell copy and index: copy · N + index."""
    base, copies = pictures(), 3
    rows = np.arange(copies * len(base.targets), dtype=np.float32)[:, None]
    made = KeptBatches(replace(base, images=rows), 4, 3, NOTEBOOK, copies)
    taken, targets = epoch_of(made, 5)
    assert sorted(targets.tolist()) == base.indices.tolist(), "every picture once"
    np.testing.assert_array_equal(taken[:, 0] % len(base.targets), targets)
    _views, positions = zip(*(made.places(5, number) for number in range(made.steps)), strict=True)
    indices = base.indices[np.concatenate(positions)]
    expected = copies_taken(3, np.full(len(indices), 5), indices, copies)
    np.testing.assert_array_equal(taken[:, 0] // len(base.targets), expected)


def test_over_many_epochs_each_kept_copy_is_taken_as_often_as_the_others():
    views, index = np.arange(6000), np.full(6000, 4)
    counts = np.bincount(copies_taken(0, views, index, 8), minlength=8)
    assert counts.shape == (8,)
    assert abs(counts - 750).max() < 120
