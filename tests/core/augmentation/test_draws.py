"""What is drawn depends on (seed, view, index) alone, and a knob only stretches its own number."""

from dataclasses import fields

import numpy as np
import pytest
from scipy.stats import kstest  # type: ignore[import-untyped]

from core.augmentation.draws import UNITS, Draws, draw, units_of
from core.augmentation.spec import CHANGES, PRESETS, AugmentSpec

ALL = PRESETS["strong"].spec.model_copy(update={"vertical_flip": True})
OF_KNOB = {  # which drawn numbers belong to a knob whose name is another
    "width_shift": ("shift_x",),
    "height_shift": ("shift_y",),
    "zoom": ("zoom_x", "zoom_y"),
    "horizontal_flip": ("flip_horizontal",),
    "vertical_flip": ("flip_vertical",),
}


def drawn(spec: AugmentSpec, count: int = 200) -> Draws:
    return draw(spec, units_of(0, 0, np.arange(count)))


def test_unit_numbers_are_uniform():
    units = units_of(7, 3, np.arange(5000))
    assert units.shape == (5000, UNITS)
    assert units.min() >= 0
    assert units.max() < 1
    assert all(kstest(column, "uniform").pvalue > 0.001 for column in units.T)
    assert all(kstest(row, "uniform").pvalue > 1e-5 for row in units)


def test_what_is_drawn_is_independent():
    """Otherwise, say, large angles would always come with large zooms, or each mirrored picture upside down."""
    columns = [values.astype(float) for values in vars(drawn(ALL, 20_000)).values()]
    assert np.abs(np.corrcoef(columns) - np.eye(UNITS)).max() < 0.03


def test_pictures_views_and_seeds_that_follow_each_other_are_independent():
    rows = np.stack([units_of(seed, view, np.arange(2000)).ravel() for seed in (0, 1) for view in (0, 1)])
    neighbours = np.concatenate([rows[:, :-UNITS], rows[:, UNITS:]])  # each picture's numbers, and the next one's
    assert np.abs(np.corrcoef(neighbours) - np.eye(8)).max() < 0.03


def test_a_row_is_the_same_for_any_count():
    many = units_of(5, 2, np.arange(300))
    for count in (1, 2, 17, 299):
        np.testing.assert_array_equal(units_of(5, 2, np.arange(count)), many[:count])


def test_another_seed_view_or_index_draws_other_numbers():
    """Seed 1 in view 2 is not seed 2 in view 1, either."""
    rows = np.concatenate([units_of(seed, view, np.arange(40)) for seed in range(4) for view in range(4)])
    assert len(np.unique(rows)) == rows.size


def test_units_of_picks_rows_of_several_views():
    views, indices = np.array([3, 0, 3, 9, 0, 3]), np.array([5, 5, 0, 99, 2, 5])
    expected = [units_of(11, view, np.arange(100))[index] for view, index in zip(views.tolist(), indices, strict=True)]
    np.testing.assert_array_equal(units_of(11, views, indices), expected)


def test_units_of_takes_one_number_for_all():
    np.testing.assert_array_equal(units_of(1, 2, np.arange(8)), units_of(1, 2, np.arange(8)))
    np.testing.assert_array_equal(units_of(1, [0, 1], 4), [units_of(1, view, np.arange(5))[4] for view in (0, 1)])
    assert units_of(1, 0, np.array([], np.int64)).shape == (0, UNITS)


def test_a_knob_turned_up_stretches_the_same_draws():
    small, large = drawn(AugmentSpec(rotation=10)), drawn(AugmentSpec(rotation=20))
    np.testing.assert_array_equal(large.rotation, 2 * small.rotation)


@pytest.mark.parametrize("name", CHANGES)
def test_a_knob_switched_off_leaves_the_draws_of_the_others(name):
    before, after = drawn(ALL), drawn(ALL.only(*(other for other in CHANGES if other != name)))
    own = OF_KNOB.get(name, (name,))
    for field in fields(Draws):
        same = np.array_equal(getattr(before, field.name), getattr(after, field.name))
        assert same == (field.name not in own), field.name


def test_draws_stay_within_what_the_knobs_allow():
    found = drawn(ALL, 5000)
    for name, most in (("rotation", 45), ("shift_x", 0.25), ("shift_y", 0.25), ("shear", 15), ("channel_shift", 20)):
        largest = np.abs(getattr(found, name)).max()
        assert 0.99 * most < largest <= most, name
    for name in ("zoom_x", "zoom_y", "brightness", "contrast"):
        values = getattr(found, name)
        assert 0.7 <= values.min() < 0.71, name
        assert 1.29 < values.max() < 1.3, name
    for name, most in (("noise", 0.05 * 255), ("cutout", 0.4), ("cutout_x", 1), ("cutout_y", 1)):
        assert 0 <= getattr(found, name).min() < 0.01 * most, name
        assert 0.99 * most < getattr(found, name).max() < most, name
    for flips in (found.flip_horizontal, found.flip_vertical):
        assert flips.dtype == bool
        assert flips.mean() == pytest.approx(0.5, abs=0.03)
    assert len(np.unique(found.noise_seed)) == 5000


def test_without_knobs_nothing_is_drawn():
    found = drawn(AugmentSpec())
    assert len(found) == 200
    for name in ("rotation", "shift_x", "shift_y", "shear", "channel_shift", "noise", "cutout"):
        assert not getattr(found, name).any(), name
    for name in ("zoom_x", "zoom_y", "brightness", "contrast"):
        assert (getattr(found, name) == 1).all(), name
    assert not (found.flip_horizontal | found.flip_vertical).any()
